using System.Globalization;
using System.Security.Cryptography;
using Gateway.Contracts.Deidentification.V1;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Pipeline;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Originals;
using Google.Protobuf;
using Record = Gateway.Deidentification.Records.DeidentificationRecord;

namespace Gateway.Server.Commands;

/// <summary>Seals the original of every masked region of a still for named recipients, each under a key of its own, and has the record say so.</summary>
internal sealed class RegionSealing(IStillCodec codec, SigningKey signer, OriginalTerms terms)
{
    private const string Marker = ".region-";
    private const string Ending = ".sealed";

    /// <summary>The file of the sealed original of a region, counted from 1, beside the output.</summary>
    public static string PathOf(string target, int number) => string.Create(CultureInfo.InvariantCulture, $"{target}{Marker}{number:D2}{Ending}");

    /// <summary>Sealed originals of an earlier run for the same output.</summary>
    public static IReadOnlyList<string> OlderOf(string target)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(target))!;
        var start = Path.GetFileName(target) + Marker;
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder).Where(path => Path.GetFileName(path).StartsWith(start, StringComparison.Ordinal) && path.EndsWith(Ending, StringComparison.Ordinal))]
            : [];
    }

    /// <summary>Seals the regions and completes the record. Nothing unsealed is written.</summary>
    public async Task SealAsync(ReadOnlyMemory<byte> file, Record record, DeidentificationRecord message, string target, CancellationToken cancellationToken)
    {
        foreach (var older in OlderOf(target))
        {
            // The new record would not know them.
            File.Delete(older);
        }

        var originals = OriginalRegions.Cut(codec, file.Span, new MediaLimits(), record);
        try
        {
            for (var index = 0; index < originals.Count; index++)
            {
                message.SealedRegions.Add(await SealAsync(originals[index], MaskOf(message, index), PathOf(target, index + 1), cancellationToken));
            }
        }
        finally
        {
            foreach (var original in originals)
            {
                CryptographicOperations.ZeroMemory(original);
            }
        }

        if (originals.Count > 0)
        {
            message.StrengthClass = StrengthClass.KeyedReversible;
        }
    }

    private async Task<SealedRegion> SealAsync(byte[] original, Box? mask, string path, CancellationToken cancellationToken)
    {
        using var source = new MemoryStream(original, writable: false);
        using var target = new MemoryStream();
        await OriginalSealer.SealAsync(source, target, terms.Context, signer, terms.Recipients, TimeProvider.System.GetUtcNow(), cancellationToken);
        var bytes = target.ToArray();
        RecordFile.WriteWhole(path, bytes);
        return new SealedRegion
        {
            Mask = mask,
            SealedSha256 = ByteString.CopyFrom(SHA256.HashData(bytes)),
            Recipients = { terms.Context.Recipients.Select(recipient => recipient.ToString()) },
        };
    }

    // A whole image has no region.
    private static Box? MaskOf(DeidentificationRecord message, int index) => index < message.Regions.Count ? message.Regions[index].Mask : null;
}
