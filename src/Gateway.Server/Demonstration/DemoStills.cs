using Gateway.Contracts.Deidentification.V1;
using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.Server.Commands;
using Google.Protobuf;
using Grpc.Core;

namespace Gateway.Server.Demonstration;

/// <summary>De-identifies pictures through the node and leaves before, after and signed record.</summary>
internal sealed class DemoStills(Contracts.Deidentification.V1.Deidentification.DeidentificationClient node, string folder, Narrator narrator)
{
    /// <summary>Draws a scene when the person brought no pictures.</summary>
    public static void DrawScene(string path)
    {
        using var frame = DrawnScene.Standard().Frame();
        File.WriteAllBytes(path, new SkiaStillCodec().Encode(frame.Image, new StillTraits(StillFormat.Png)));
    }

    /// <returns>Number of regions masked in all pictures.</returns>
    public async Task<int> RunAsync(IReadOnlyList<MediaFile> stills, CancellationToken cancellationToken)
    {
        var regions = 0;
        foreach (var still in stills)
        {
            regions += await RunAsync(still, cancellationToken);
        }

        narrator.Tell($"before: {Path.Combine(folder, "before")}");
        narrator.Tell($"after:  {Path.Combine(folder, "after")}, each with its signed record (.record.p7)");
        return regions;
    }

    private async Task<int> RunAsync(MediaFile still, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(still.Source);
        var before = await File.ReadAllBytesAsync(still.Source, cancellationToken);
        Write("before", name, before);
        try
        {
            var answer = await node.DeidentifyImageAsync(new DeidentifyImageRequest { Image = UnsafeByteOperations.UnsafeWrap(before) }, cancellationToken: cancellationToken);
            Write("after", name, answer.Image.Span);
            Write("after", name + ".record.p7", answer.SignedRecord.Span);
            var record = DeidentificationRecord.Parser.ParseFrom(answer.Record);
            narrator.Tell($"{name}: {Describe(record)}");
            return record.Regions.Count;
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.InvalidArgument)
        {
            narrator.Tell($"{name}: refused, {refused.Status.Detail}");
            return 0;
        }
    }

    private static string Describe(DeidentificationRecord record) => record.Decision switch
    {
        Decision.NothingFound => "no face found",
        Decision.RegionsMasked => $"{record.Regions.Count} regions masked, best score {record.Regions.Max(region => region.Score):F2}, technique {record.Technique}",
        _ => $"masked whole, because: {record.Reason}",
    };

    private void Write(string part, string name, ReadOnlySpan<byte> bytes)
    {
        Directory.CreateDirectory(Path.Combine(folder, part));
        File.WriteAllBytes(Path.Combine(folder, part, name), bytes);
    }
}
