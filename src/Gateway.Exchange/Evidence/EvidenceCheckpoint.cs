using System.Globalization;
using System.Text;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Signatures;

namespace Gateway.Exchange.Evidence;

/// <summary>
/// What a gateway signs about its evidence: at one position the chain had one hash. The hash covers every event up to it, so the signature
/// does, too.
/// </summary>
/// <param name="Gateway">Whose evidence.</param>
/// <param name="At">When it was signed, whole seconds.</param>
/// <param name="FirstPosition">Position of the first event it is about.</param>
/// <param name="PreviousHash">Hash before that event, 32 bytes.</param>
/// <param name="LastPosition">Position of the last event it is about; one less than the first when there is none.</param>
/// <param name="Hash">Hash at the last event, 32 bytes.</param>
public sealed record EvidenceCheckpoint(
    GatewayUri Gateway, DateTimeOffset At, long FirstPosition, ReadOnlyMemory<byte> PreviousHash, long LastPosition, ReadOnlyMemory<byte> Hash)
{
    private const string Header = "gateway evidence checkpoint v1";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const int TextBytesMax = 1024;

    /// <summary>Signs the checkpoint, CMS SignedData over its text, DER.</summary>
    public byte[] Sign(SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return SignedDataWriter.SignStatement(Encoding.ASCII.GetBytes(Write()), ContentTypes.EvidenceCheckpoint, key, At);
    }

    /// <summary>Reads the text of a checkpoint; null when it is none.</summary>
    public static EvidenceCheckpoint? Read(ReadOnlySpan<byte> text)
    {
        var lines = text.Length <= TextBytesMax ? Encoding.ASCII.GetString(text).Split('\n') : [];
        if (lines is not [Header, var gatewayLine, var atLine, var afterLine, var throughLine, ""]
            || !GatewayUri.TryParse(After(gatewayLine, "gateway "), out var gateway)
            || !DateTimeOffset.TryParseExact(After(atLine, "at "), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            || Place(After(afterLine, "after ")) is not { } after
            || Place(After(throughLine, "through ")) is not { } through)
        {
            return null;
        }

        var checkpoint = new EvidenceCheckpoint(gateway, at, after.Position + 1, after.Hash, through.Position, through.Hash);
        return Encoding.ASCII.GetBytes(checkpoint.Write()).AsSpan().SequenceEqual(text) ? checkpoint : null;
    }

    private string Write() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Header}\ngateway {Gateway}\nat {At.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}\nafter {FirstPosition - 1} {Convert.ToHexStringLower(PreviousHash.Span)}\nthrough {LastPosition} {Convert.ToHexStringLower(Hash.Span)}\n");

    private static string After(string line, string word) => line.StartsWith(word, StringComparison.Ordinal) ? line[word.Length..] : "";

    private static (long Position, byte[] Hash)? Place(string text)
    {
        var fields = text.Split(' ');
        return fields.Length == 2
            && long.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            && fields[1].Length == 2 * EvidenceChain.HashBytes
            && fields[1].All(char.IsAsciiHexDigitLower)
            ? (position, Convert.FromHexString(fields[1]))
            : null;
    }
}
