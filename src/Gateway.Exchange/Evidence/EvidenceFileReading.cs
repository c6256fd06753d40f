using System.Globalization;

namespace Gateway.Exchange.Evidence;

/// <summary>
/// An exported file as it was read: what it shows, and everything in it that does not follow. It takes any file of any size in constant
/// memory; the signature over the checkpoint is for the caller to check.
/// </summary>
public sealed class EvidenceFileReading
{
    private const int FindingsMax = 20;

    private readonly List<string> _findings = [];
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly HashSet<(string Sender, string Recipient)> _parties = [];
    private readonly List<long> _ofMessage = [];
    private readonly byte[] _messageHash;

    private EvidenceFileReading(ReadOnlyMemory<byte> messageHash) => _messageHash = messageHash.ToArray();

    /// <summary>Lines that are no events, positions that are missing; at most 20.</summary>
    public IReadOnlyList<string> Findings => _findings;

    /// <summary>How often each event is shown.</summary>
    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>Providers of the events that are shown.</summary>
    public IReadOnlyCollection<(string Sender, string Recipient)> Parties => _parties;

    /// <summary>Positions of the events that speak of the message that was asked about.</summary>
    public IReadOnlyList<long> OfMessage => _ofMessage;

    /// <summary>Position of the first event; 0 when there is none.</summary>
    public long FirstPosition { get; private set; }

    /// <summary>Position of the last event; 0 when there is none.</summary>
    public long LastPosition { get; private set; }

    /// <summary>Events that are shown as a digest only.</summary>
    public long Omitted { get; private set; }

    /// <summary>Time of the newest event shown.</summary>
    public DateTimeOffset Newest { get; private set; }

    /// <summary>The signed checkpoint, CMS, DER; null when it is missing or something follows it.</summary>
    public byte[]? Checkpoint { get; private set; }

    /// <summary>Reads a file. Where its chain begins is said by the checkpoint at its end: <see cref="Follow"/> reads it again, along the chain.</summary>
    /// <param name="open">Opens the file anew.</param>
    /// <param name="messageHash">SHA-256 of the signed attributes of a message to look for, or empty.</param>
    public static EvidenceFileReading Read(Func<TextReader> open, ReadOnlyMemory<byte> messageHash)
    {
        ArgumentNullException.ThrowIfNull(open);
        var reading = new EvidenceFileReading(messageHash);
        using var file = open();
        reading.ReadAll(file);
        return reading;
    }

    /// <summary>The hash at the end of the chain, followed from the hash before its first event.</summary>
    public static byte[] Follow(Func<TextReader> open, ReadOnlySpan<byte> previousHash)
    {
        ArgumentNullException.ThrowIfNull(open);
        using var file = open();
        file.ReadLine();
        var hash = previousHash.ToArray();
        while (file.ReadLine() is { } line && line != EvidenceFile.PemBegin)
        {
            hash = EvidenceChain.Next(hash, EvidenceLine.ReadOmitted(line)?.Digest ?? EvidenceChain.Digest(line));
        }

        return hash;
    }

    private void ReadAll(TextReader file)
    {
        if (file.ReadLine() != EvidenceFile.Header)
        {
            Find("the first line is not that of an evidence file");
            return;
        }

        while (file.ReadLine() is { } line)
        {
            if (line == EvidenceFile.PemBegin)
            {
                Checkpoint = EvidenceFile.ReadCheckpoint(file);
                return;
            }

            Take(line);
        }
    }

    private void Take(string line)
    {
        if (EvidenceLine.Read(line) is var (position, _, evidence))
        {
            Step(position);
            _counts[evidence.Name] = _counts.GetValueOrDefault(evidence.Name) + 1;
            _parties.Add((evidence.Sender, evidence.Recipient));
            Newest = evidence.At > Newest ? evidence.At : Newest;
            if (_messageHash.Length > 0 && evidence.MessageHash.Span.SequenceEqual(_messageHash))
            {
                _ofMessage.Add(position);
            }
        }
        else if (EvidenceLine.ReadOmitted(line) is var (omitted, _))
        {
            Step(omitted);
            Omitted++;
        }
        else
        {
            Find(string.Create(CultureInfo.InvariantCulture, $"the line after position {LastPosition} is no event"));
        }
    }

    private void Step(long position)
    {
        if (FirstPosition == 0)
        {
            FirstPosition = position;
        }
        else if (position != LastPosition + 1)
        {
            Find(string.Create(CultureInfo.InvariantCulture, $"position {position} follows {LastPosition}"));
        }

        LastPosition = position;
    }

    private void Find(string finding)
    {
        if (_findings.Count < FindingsMax)
        {
            _findings.Add(finding);
        }
    }
}
