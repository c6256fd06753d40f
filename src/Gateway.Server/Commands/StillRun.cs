using System.CommandLine;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Gateway.Sealing.Keys;
using Gateway.Server.Endpoints;
using Gateway.Server.Hosting;
using Gateway.Server.Records;

namespace Gateway.Server.Commands;

/// <summary>De-identifies files one after the other. A file that is refused is named and leaves no output; the others go on.</summary>
internal sealed class StillRun(MediaEngine engine, SigningKey? signing, RedactionChoice redaction, InvocationConfiguration console)
{
    private readonly List<string> _refused = [];
    private int _faces;
    private int _masked;

    public async Task<int> RunAsync(IReadOnlyList<MediaFile> stills, DeidentifyJob job, CancellationToken cancellationToken)
    {
        var progress = new ProgressLine(console.Output, stills.Count, onTerminal: !Console.IsOutputRedirected);
        foreach (var still in stills)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress.Step(Path.GetFileName(still.Source), await RunAsync(still, job.Overwrite, cancellationToken));
        }

        Summarize(stills.Count);
        return _refused.Count == 0 ? ExitCode.Done : ExitCode.NotHolding;
    }

    private async Task<string> RunAsync(MediaFile still, bool overwrite, CancellationToken cancellationToken)
    {
        if (File.Exists(still.Target) && !overwrite)
        {
            return Refuse(still, "the output exists already; remove it or give --overwrite");
        }

        if (new FileInfo(still.Source).Length > new Gateway.Deidentification.Media.MediaLimits().ImageBytesMax)
        {
            return Refuse(still, MediaRefusals.Describe(Gateway.Deidentification.Media.MediaOutcome.TooManyBytes).Sentence);
        }

        var answer = await engine.Stills.DeidentifyAsync(await File.ReadAllBytesAsync(still.Source, cancellationToken), redaction, cancellationToken);
        if (answer.Outcome != StillOutcome.Deidentified)
        {
            return Refuse(still, answer.Outcome == StillOutcome.FileRefused ? MediaRefusals.Describe(answer.Media).Sentence : MediaRefusals.Of(answer).Status.Detail);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(still.Target))!);
        RecordFile.Write(still.Target, answer.Record!.ToMessage(), signing);
        RecordFile.WriteWhole(still.Target, answer.File.Span);
        return Describe(answer.Record!);
    }

    private string Describe(DeidentificationRecord record)
    {
        _faces += record.Regions.Count;
        _masked += record.Decision == Decision.FrameMasked ? 1 : 0;
        return record.Decision switch
        {
            Decision.NothingFound => "no face found",
            Decision.RegionsMasked => record.Regions.Count == 1 ? "1 region masked" : $"{record.Regions.Count} regions masked",
            _ => $"masked whole ({record.Reason})",
        };
    }

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
        foreach (var refused in _refused)
        {
            console.Error.WriteLine($"refused: {refused}");
        }
    }
}
