using System.Globalization;
using System.Text;

namespace Gateway.Exchange.Evidence;

/// <summary>
/// The one way to write an event: a line of ASCII with single spaces, the bytes that are hashed.
///
///   event POSITION SALT TIME NAME REASON SENDER RECIPIENT AGREEMENT SEQUENCE MESSAGE-HASH
///
/// An empty field is <c>-</c>. Whatever is not a visible ASCII character is written as the percent-encoding of its UTF-8, so that no name can
/// move a field.
/// </summary>
public static class EvidenceLine
{
    /// <summary>Longest line, characters.</summary>
    public const int CharsMax = 2048;

    /// <summary>First word of the line of an event.</summary>
    public const string EventWord = "event";

    /// <summary>First word of the line of an event that is left out: position and digest follow.</summary>
    public const string OmittedWord = "omitted";

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const string Empty = "-";
    private const int Fields = 11;

    /// <summary>Writes the line of an event, without the line feed.</summary>
    public static string Write(long position, ReadOnlySpan<byte> salt, EvidenceEvent evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var at = evidence.At.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{EventWord} {position} {Convert.ToHexStringLower(salt)} {at} {Escape(evidence.Name)} {Escape(evidence.Reason)} {Escape(evidence.Sender)} {Escape(evidence.Recipient)} {Escape(evidence.AgreementId)} {evidence.Sequence} {Hex(evidence.MessageHash)}");
    }

    /// <summary>Writes the line that stands for an event without telling what it was.</summary>
    public static string WriteOmitted(long position, ReadOnlySpan<byte> digest) =>
        string.Create(CultureInfo.InvariantCulture, $"{OmittedWord} {position} {Convert.ToHexStringLower(digest)}");

    /// <summary>Reads the line of an event.</summary>
    /// <returns>Null unless writing what was read gives this very line.</returns>
    public static (long Position, byte[] Salt, EvidenceEvent Event)? Read(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var fields = line.Length <= CharsMax ? line.Split(' ') : [];
        if (fields.Length != Fields
            || !long.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            || !DateTimeOffset.TryParseExact(fields[3], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            || !long.TryParse(fields[9], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            || Bytes(fields[2]) is not { Length: EvidenceChain.SaltBytes } salt
            || Bytes(fields[10]) is not { } hash)
        {
            return null;
        }

        var evidence = new EvidenceEvent(
            Unescape(fields[4]), Unescape(fields[5]), at, Unescape(fields[6]), Unescape(fields[7]), Unescape(fields[8]), sequence, hash);

        // One event, one line: what can be written in two ways could be two events to two readers.
        return Write(position, salt, evidence) == line ? (position, salt, evidence) : null;
    }

    /// <summary>Reads the line of an event that was left out; null when it is none.</summary>
    public static (long Position, byte[] Digest)? ReadOmitted(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var fields = line.Length <= CharsMax ? line.Split(' ') : [];
        return fields.Length == 3
            && long.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            && Bytes(fields[2]) is { Length: EvidenceChain.HashBytes } digest
            && WriteOmitted(position, digest) == line
            ? (position, digest)
            : null;
    }

    private static string Hex(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? Empty : Convert.ToHexStringLower(bytes.Span);

    private static byte[]? Bytes(string field)
    {
        try
        {
            return field == Empty ? [] : Convert.FromHexString(field);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string Escape(string text)
    {
        if (text.Length == 0)
        {
            return Empty;
        }

        if (text != Empty && text.All(IsPlain))
        {
            return text;
        }

        var escaped = new StringBuilder();
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            escaped.Append(IsPlain((char)unit) && text != Empty ? ((char)unit).ToString() : $"%{unit:X2}");
        }

        return escaped.ToString();
    }

    private static string Unescape(string field) => field == Empty ? "" : Uri.UnescapeDataString(field);

    private static bool IsPlain(char character) => character is > ' ' and <= '~' and not '%';
}
