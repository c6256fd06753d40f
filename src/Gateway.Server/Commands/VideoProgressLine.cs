using System.Diagnostics;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Video;

namespace Gateway.Server.Commands;

/// <summary>Progress of a video: one line that is rewritten on a terminal, a line every ten seconds where output goes to a file.</summary>
internal sealed class VideoProgressLine(TextWriter output, string name, bool onTerminal)
{
    private static readonly TimeSpan OnTerminalEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan InFileEvery = TimeSpan.FromSeconds(10);

    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private TimeSpan _lastAt;
    private bool _isOpen;

    public void Step(VideoProgress progress)
    {
        var elapsed = Stopwatch.GetElapsedTime(_startedAt);
        if (elapsed - _lastAt < (onTerminal ? OnTerminalEvery : InFileEvery))
        {
            return;
        }

        _lastAt = elapsed;
        var text = Describe(progress, elapsed);
        if (onTerminal)
        {
            output.Write($"\r{name}: {text}   ");
            _isOpen = true;
        }
        else
        {
            output.WriteLine($"{name}: {text}");
        }
    }

    public void Done(VideoAnswer answer, IReadOnlyDictionary<Reason, long> closedBy)
    {
        var elapsed = Stopwatch.GetElapsedTime(_startedAt);
        End();
        output.WriteLine($"{name}: {answer.Counts.Answered} frames, {answer.Tracks} faces followed, {answer.Counts.Masked} frames masked whole, {answer.Counts.Answered / elapsed.TotalSeconds:F1} frames/s");
        foreach (var (reason, frames) in closedBy)
        {
            output.WriteLine($"{name}: {frames} masked whole, {reason}: {ReasonText.Say(reason)}");
        }

        if (answer.FramesLost > 0)
        {
            output.WriteLine($"{name}: {answer.FramesLost} packets of the source gave no frame: it is damaged, or says that they are not to be shown");
        }
    }

    public void End()
    {
        if (_isOpen)
        {
            output.WriteLine();
            _isOpen = false;
        }
    }

    internal static string Describe(VideoProgress progress, TimeSpan elapsed)
    {
        var rate = progress.Frames / Math.Max(elapsed.TotalSeconds, 0.001);
        var faces = $"{progress.Tracks} {(progress.Tracks == 1 ? "face" : "faces")}";
        if (progress.FramesTotal <= 0)
        {
            return $"{progress.Frames} frames  {rate:F1} frames/s  {faces}";
        }

        var left = TimeSpan.FromSeconds(Math.Max(0, progress.FramesTotal - progress.Frames) / Math.Max(rate, 0.001));
        return $"{progress.Frames}/{progress.FramesTotal} frames  {rate:F1} frames/s  {faces}  {(int)left.TotalMinutes}:{left.Seconds:D2} left";
    }
}
