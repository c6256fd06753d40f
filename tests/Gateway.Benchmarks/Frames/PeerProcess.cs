using System.Diagnostics;
using System.Globalization;

namespace Gateway.Benchmarks.Frames;

/// <summary>One round of a peer over all frames.</summary>
/// <param name="CpuMs">CPU time of its process, a frame.</param>
/// <param name="WallMs">Time passed, a frame.</param>
/// <param name="Faces">Faces found, a frame.</param>
/// <param name="Stages">CPU time of decode, prepare, infer, boxes, blur and encode, a frame.</param>
internal sealed record PeerRound(double CpuMs, double WallMs, double Faces, IReadOnlyList<double> Stages);

/// <summary>A C++ peer in its own process, which processes the frames each time it is asked.</summary>
internal sealed class PeerProcess : IDisposable
{
    public static readonly string[] StageNames = ["decode", "prepare", "infer", "boxes", "blur", "encode"];

    private readonly Process _process;

    private PeerProcess(Process process) => _process = process;

    /// <summary>Starts a peer and waits until it has gone over the frames once. The answer has no peer where it failed, and its reason.</summary>
    public static (PeerProcess? Peer, string Reason) Start(string program, string model, string folder)
    {
        var arguments = new[] { model, folder, $"{BenchmarkModels.InputWidth}", $"{BenchmarkModels.InputHeight}", "0.6" };
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        if (process.StandardOutput.ReadLine() == "ready")
        {
            return (new PeerProcess(process), "");
        }

        var reason = process.StandardError.ReadToEnd().Trim().ReplaceLineEndings(" ");
        process.Dispose();
        return (null, reason.Length > 240 ? reason[..240] : reason);
    }

    public PeerRound Run()
    {
        _process.StandardInput.WriteLine("round");
        _process.StandardInput.Flush();
        var line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the peer ended: " + _process.StandardError.ReadToEnd());
        var numbers = Array.ConvertAll(line.Split(' '), number => double.Parse(number, CultureInfo.InvariantCulture));
        return new PeerRound(numbers[1] / numbers[0], numbers[2] / numbers[0], numbers[3] / numbers[0], [.. numbers.Skip(5).Select(stage => stage / numbers[0])]);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
