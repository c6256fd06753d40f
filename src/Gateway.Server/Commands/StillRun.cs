using System.CommandLine;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Gateway.Sealing.Keys;
using Gateway.Server.Endpoints;
using Gateway.Server.Hosting;
using Gateway.Server.Records;
using Google.Protobuf;

namespace Gateway.Server.Commands;

/// <summary>De-identifies files one after the other. A file that is refused is named and leaves no output; the others go on.</summary>
internal sealed class StillRun(MediaEngine engine, SigningKey? signing, RedactionChoice redaction, InvocationConfiguration console)
{
    private readonly List<string> _refused = [];
    private int _faces;
    private int _masked;

    public async Task<int> RunAsync(DeidentifyJob job, CancellationToken cancellationToken)
    {
        var (stills, leftOut) = StillFiles.Find(job.Input, job.Output);
        if (stills.Count == 0)
        {
            console.Error.WriteLine($"there is no JPEG, PNG or WebP in {job.Input}");
            return ExitCode.Unusable;
        }

        var progress = new ProgressLine(console.Output, stills.Count, onTerminal: !Console.IsOutputRedirected);
        foreach (var still in stills)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress.Step(Path.GetFileName(still.Source), await RunAsync(still, job.Overwrite, cancellationToken));
        }

        Summarize(stills.Count, leftOut);
        return _refused.Count == 0 ? ExitCode.Done : ExitCode.NotHolding;
    }

    private async Task<string> RunAsync(StillFile still, bool overwrite, CancellationToken cancellationToken)
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
        WriteWhole(still.Target, answer.File.Span);
        WriteRecord(still.Target, answer.Record!);
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

    private void WriteRecord(string target, DeidentificationRecord record)
    {
        var message = record.ToMessage();
        if (signing is null)
        {
            WriteWhole(target + ".record.json", System.Text.Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(message)));
        }
        else
        {
            WriteWhole(target + ".record.p7", new RecordSigner(signing, TimeProvider.System).Sign(message.ToByteArray()));
        }
    }

    // Written beside and moved: an interrupted run leaves no half file that looks whole.
    private static void WriteWhole(string path, ReadOnlySpan<byte> bytes)
    {
        var part = path + ".part";
        File.WriteAllBytes(part, bytes);
        File.Move(part, path, overwrite: true);
    }

    private string Refuse(StillFile still, string why)
    {
        _refused.Add($"{still.Source}: {why}");
        return "refused";
    }

    private void Summarize(int total, int leftOut)
    {
        console.Output.WriteLine($"{total - _refused.Count} of {total} images de-identified, {_faces} regions masked, {_masked} images masked whole");
        console.Output.WriteLine(signing is null
            ? "records are unsigned (*.record.json); name keys with --keys to have them signed"
            : $"each has a record signed by {signing.Owner} (*.record.p7); check one with: gateway verify");
        if (leftOut > 0)
        {
            console.Output.WriteLine($"{leftOut} other files were left out");
        }

        foreach (var refused in _refused)
        {
            console.Error.WriteLine($"refused: {refused}");
        }
    }
}
