using System.Globalization;
using System.Text.Json;

namespace Gateway.Deidentification.Models;

/// <summary>
/// A written decision to use a model in a commercial deployment although its manifest does not say that this was cleared. It names one file
/// by its digest, who decided, why, and until when: a waiver for everything, for ever, by nobody is none.
/// </summary>
/// <param name="Sha256">SHA-256 of the model file it is about, 32 bytes.</param>
/// <param name="ApprovedBy">Who decided, 1 to 256 characters.</param>
/// <param name="Justification">Why, 20 to 1024 characters.</param>
/// <param name="Expires">From then on it is none.</param>
public sealed record LicenceWaiver(ReadOnlyMemory<byte> Sha256, string ApprovedBy, string Justification, DateTimeOffset Expires)
{
    /// <summary>Longest file, 16 KiB.</summary>
    public const int FileBytesMax = 16 * 1024;

    private const int JustificationMin = 20;

    /// <summary>Reads a file of waivers: one JSON object, or an array of them. Every broken rule is a finding; then there are no waivers.</summary>
    public static IReadOnlyList<LicenceWaiver> Read(string path, out IReadOnlyList<string> findings)
    {
        var found = new List<string>();
        findings = found;
        try
        {
            var file = new FileInfo(path);
            if (file.Length > FileBytesMax)
            {
                found.Add($"the waiver file has more than {FileBytesMax} bytes");
                return [];
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = 4 });
            JsonElement[] entries = document.RootElement.ValueKind == JsonValueKind.Array ? [.. document.RootElement.EnumerateArray()] : [document.RootElement];
            var waivers = entries.Select((entry, index) => Read(new ManifestFields(entry, $"waiver[{index}].", found))).ToList();
            return found.Count == 0 ? waivers : [];
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            found.Add("the waiver file cannot be read as JSON; it has sha256, approvedBy, justification and expires");
            return [];
        }
    }

    internal bool Covers(ModelManifest manifest, DateTimeOffset now) => now < Expires && Sha256.Span.SequenceEqual(manifest.Sha256.Span);

    private static LicenceWaiver Read(ManifestFields fields)
    {
        var digest = new byte[32];
        if (Convert.FromHexString(fields.Text("sha256", 64), digest, out _, out var written) != System.Buffers.OperationStatus.Done || written != digest.Length)
        {
            fields.Report("sha256", "must be the 64 hexadecimal digits of the model's manifest");
        }

        var justification = fields.Text("justification", 1024);
        if (justification.Length < JustificationMin)
        {
            fields.Report("justification", $"must say why, in at least {JustificationMin} characters");
        }

        if (!DateTimeOffset.TryParse(fields.Text("expires", 40), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expires))
        {
            fields.Report("expires", "must be a date as 2027-01-31");
        }

        return new LicenceWaiver(digest, fields.Text("approvedBy", 256), justification, expires);
    }
}
