using System.CommandLine;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Gateway.Sealing.Keys;
using Gateway.Server.Endpoints;
using Gateway.Server.Hosting;
using Gateway.Server.Records;

namespace Gateway.Server.Commands;

/// <summary>De-identifies files one after the other. A file that is refused, or cannot be read or written, is named and leaves no output; the others go on.</summary>
internal sealed class StillRun(MediaEngine engine, SigningKey? signing, RegionSealing? sealing, RedactionChoice redaction, InvocationConfiguration console)
{
    private readonly List<string> _refused = [];
    private int _faces;
    private int _masked;
    private int _sealed;

    public async Task<int> RunAsync(IReadOnlyList<MediaFile> stills, DeidentifyJob job, CancellationToken cancellationToken)
    {
        var progress = new ProgressLine(console.Output, stills.Count, onTerminal: !Console.IsOutputRedirected);
        foreach (var still in stills)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress.Step(Path.GetFileName(still.Source), await TryRunAsync(still, job.Overwrite, cancellationToken));
        }

        Summarize(stills.Count);
        return _refused.Count == 0 ? ExitCode.Done : ExitCode.NotHolding;
    }

    private async Task<string> TryRunAsync(MediaFile still, bool overwrite, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(still, overwrite, cancellationToken);
        }
        catch (Exception fault) when (FileFault.Is(fault))
        {
            return Refuse(still, FileFault.Say(fault));
        }
    }

    private async Task<string> RunAsync(MediaFile still, bool overwrite, CancellationToken cancellationToken)
    {
        if (File.Exists(still.Target) && !overwrite)
        {
            return Refuse(still, "the output exists already; remove it or give --overwrite");
        }

        if (sealing is not null && !overwrite && RegionSealing.OlderOf(still.Target).Count > 0)
        {
            return Refuse(still, "sealed originals of an earlier run lie beside the output; move them away or give --overwrite");
        }

        if (new FileInfo(still.Source).Length > new Gateway.Deidentification.Media.MediaLimits().ImageBytesMax)
        {
            return Refuse(still, MediaRefusals.Describe(Gateway.Deidentification.Media.MediaOutcome.TooManyBytes).Sentence);
        }

        var file = await File.ReadAllBytesAsync(still.Source, cancellationToken);
        var answer = await engine.Stills.DeidentifyAsync(file, redaction, cancellationToken);
        if (answer.Outcome != StillOutcome.Deidentified)
        {
            return Refuse(still, answer.Outcome == StillOutcome.FileRefused ? MediaRefusals.Describe(answer.Media).Sentence : MediaRefusals.Of(answer).Status.Detail);
        }

        await WriteAsync(still.Target, file, answer, cancellationToken);
        return Describe(answer.Record!);
    }

    /// <summary>
    /// 1 the masked image lies in a part, 2 originals are sealed and the record is written, 3 the image gets its name. What can fail for want of
    /// room or rights fails in 1, before anything of an earlier run was replaced.
    /// </summary>
    private async Task WriteAsync(string target, ReadOnlyMemory<byte> source, StillAnswer answer, CancellationToken cancellationToken)
    {
        FileFault.ThrowIfFolder(target);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
        var part = target + ".part";
        try
        {
            // 1
            await File.WriteAllBytesAsync(part, answer.File, cancellationToken);

            // 2
            var record = answer.Record!.ToMessage();
            if (sealing is not null)
            {
                await sealing.SealAsync(source, answer.Record!, record, target, cancellationToken);
                _sealed += record.SealedRegions.Count;
            }

            RecordFile.Write(target, record, signing);

            // 3
            File.Move(part, target, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private string Describe(DeidentificationRecord record)
    {
        _faces += record.Regions.Count;
        _masked += record.Decision == Decision.FrameMasked ? 1 : 0;
        return record.Decision switch
        {
            Decision.NothingFound => "no face found",
            Decision.RegionsMasked => (record.Regions.Count == 1 ? "1 region masked" : $"{record.Regions.Count} regions masked") + Outlined(record),
            _ => $"masked whole ({record.Reason})",
        };
    }

    /// <summary>Whoever asked for silhouettes sees how many persons became boxes instead.</summary>
    private static string Outlined(DeidentificationRecord record) =>
        record.Regions.Count(region => region.IsOutlined) is > 0 and var outlined ? $", {outlined} of them along the outline" : string.Empty;

    private string Refuse(MediaFile still, string why)
    {
        _refused.Add($"{still.Source}: {why}");
        return "refused";
    }

    private void Summarize(int total)
    {
        console.Output.WriteLine($"{total - _refused.Count} of {total} images de-identified, {_faces} regions masked, {_masked} images masked whole");
        console.Output.WriteLine(signing is null
            ? "records are unsigned (*.record.json); name keys with --keys to have them signed"
            : $"each has a record signed by {signing.Owner} (*.record.p7); check one with: gateway verify");
        if (sealing is not null)
        {
            console.Output.WriteLine($"{_sealed} originals sealed (*.sealed), strength KEYED_REVERSIBLE: whoever holds a recipient's decryption key sees them with: gateway originals open");
        }

        foreach (var refused in _refused)
        {
            console.Error.WriteLine($"refused: {refused}");
        }
    }
}
