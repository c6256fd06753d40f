using System.CommandLine;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Video;
using Gateway.Sealing.Keys;
using Gateway.Server.Hosting;

namespace Gateway.Server.Commands;

/// <summary>De-identifies video files one after the other. A file that is refused, or cannot be read or written, is named and leaves no output; the others go on.</summary>
internal sealed class VideoBatch(MediaEngine engine, SigningKey? signing, RedactionChoice redaction, InvocationConfiguration console)
{
    private readonly List<string> _refused = [];

    public async Task<int> RunAsync(IReadOnlyList<MediaFile> videos, DeidentifyJob job, CancellationToken cancellationToken)
    {
        var (tools, found) = await MediaTools.FindAsync(null, cancellationToken);
        if (tools is null)
        {
            console.Error.WriteLine(VideoRefusals.Describe(new VideoAnswer(found)));
            return ExitCode.Unusable;
        }

        if (job.Video.Profile.DetectEvery > 1)
        {
            console.Error.WriteLine($"warning: the detector looks at one frame in {job.Video.Profile.DetectEvery}. {ThroughputProfile.MeasuredExposure(job.Video.Profile.DetectEvery)}. A file can wait: prefer --profile Assured");
        }

        foreach (var video in videos)
        {
            await TryRunAsync(video, tools, job, cancellationToken);
        }

        Summarize(videos.Count, job.Video.Audio);
        return _refused.Count == 0 ? ExitCode.Done : ExitCode.NotHolding;
    }

    private async Task TryRunAsync(MediaFile file, MediaTools tools, DeidentifyJob job, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(file, tools, job, cancellationToken);
        }
        catch (Exception fault) when (FileFault.Is(fault))
        {
            _refused.Add($"{file.Source}: {FileFault.Say(fault)}");
        }
    }

    private async Task RunAsync(MediaFile file, MediaTools tools, DeidentifyJob job, CancellationToken cancellationToken)
    {
        if (File.Exists(file.Target) && !job.Overwrite)
        {
            _refused.Add($"{file.Source}: the output exists already; remove it or give --overwrite");
            return;
        }

        // The decoder would say of a file that cannot be opened that it holds no video.
        using (File.OpenRead(file.Source))
        {
            FileFault.ThrowIfFolder(file.Target);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file.Target))!);
        var progress = new VideoProgressLine(console.Output, Path.GetFileName(file.Source), onTerminal: !Console.IsOutputRedirected);
        var run = new VideoFileRun(engine, signing, tools, progress.Step);
        try
        {
            var answer = await run.RunAsync(
                job.Video with { Source = Path.GetFullPath(file.Source), Target = Path.GetFullPath(file.Target), Redaction = redaction }, cancellationToken);
            if (answer.Outcome == VideoOutcome.Deidentified)
            {
                progress.Done(answer, run.ClosedBy);
                return;
            }

            _refused.Add($"{file.Source}: {VideoRefusals.Describe(answer)}");
        }
        finally
        {
            progress.End();
        }
    }

    private void Summarize(int total, AudioHandling audio)
    {
        console.Output.WriteLine($"{total - _refused.Count} of {total} videos de-identified, sound {AudioText(audio)}");
        console.Output.WriteLine(signing is null
            ? "records are unsigned (*.record.json over *.evidence); name keys with --keys to have them signed"
            : $"each has evidence signed by {signing.Owner} (*.evidence); check it with: gateway verify FILE.evidence --media FILE --anchors ROOT");
        foreach (var refused in _refused)
        {
            console.Error.WriteLine($"refused: {refused}");
        }
    }

    private static string AudioText(AudioHandling audio) => audio switch
    {
        AudioHandling.Drop => "dropped",
        AudioHandling.Tone => "replaced by a tone",
        _ => "kept: voices identify people",
    };
}
