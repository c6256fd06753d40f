using Gateway.Sealing.Signatures;

namespace Gateway.Exchange.Evidence;

/// <summary>
/// Exported evidence in one text file: a header, a line an event, and the signed checkpoint in PEM. <c>openssl cms</c> skips to the PEM block
/// by itself.
/// </summary>
public static class EvidenceFile
{
    /// <summary>First line.</summary>
    public const string Header = "gateway evidence v1";

    /// <summary>Begins the checkpoint.</summary>
    public const string PemBegin = "-----BEGIN CMS-----";

    private const string PemEnd = "-----END CMS-----";
    private const int PemChars = 64;

    /// <summary>Writes one part of an export.</summary>
    public static async Task WriteAsync(TextWriter file, EvidencePart part)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(part);
        if (part.Shown is { } shown)
        {
            await file.WriteAsync(EvidenceLine.Write(shown.Position, shown.Salt.Span, shown.Event) + '\n');
        }
        else if (part.Omitted is var (position, digest))
        {
            await file.WriteAsync(EvidenceLine.WriteOmitted(position, digest) + '\n');
        }
        else
        {
            await file.WriteAsync(string.Join('\n', [PemBegin, .. Convert.ToBase64String(part.Checkpoint!).Chunk(PemChars).Select(line => new string(line)), PemEnd, ""]));
        }
    }

    /// <summary>Reads the checkpoint that ends a file; null when there is none or something follows it.</summary>
    internal static byte[]? ReadCheckpoint(TextReader file)
    {
        var base64 = new System.Text.StringBuilder();
        while (file.ReadLine() is { } line)
        {
            if (line == PemEnd)
            {
                return file.Read() < 0 ? Decode(base64.ToString()) : null;
            }

            if (line.Length > PemChars || base64.Length > 2 * SealingLimits.OverheadBytesMax)
            {
                return null;
            }

            base64.Append(line);
        }

        return null;
    }

    private static byte[]? Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var written) ? bytes[..written] : null;
    }
}
