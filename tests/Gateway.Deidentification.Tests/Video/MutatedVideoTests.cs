using System.Globalization;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Video;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Video;

/// <summary>Damaged video files. GATEWAY_MUTATED_VIDEOS says how many; a file takes about a second.</summary>
public sealed class MutatedVideoTests(ITestOutputHelper output)
{
    private static readonly int Mutations = int.Parse(Environment.GetEnvironmentVariable("GATEWAY_MUTATED_VIDEOS") ?? "6", CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_damaged_video_gives_a_masked_output_or_none()
    {
        Ffmpeg.Require();
        using var folder = new TempFolder();
        var seed = ulong.Parse(Environment.GetEnvironmentVariable("GATEWAY_SEED") ?? "21", CultureInfo.InvariantCulture);
        var file = await File.ReadAllBytesAsync(Ffmpeg.Make(folder["whole.mp4"], [.. Ffmpeg.Picture(0.4, 96, 64), "-c:v", "libx264", "-bf", "2"]));
        var outcomes = new Dictionary<VideoOutcome, int>();
        for (var round = 0; round < Mutations; round++)
        {
            var generator = new SeededGenerator(seed + (ulong)round);
            var damaged = file.ToArray();
            for (var flip = generator.Next(1, 12); flip > 0; flip--)
            {
                damaged[generator.Next(0, damaged.Length)] ^= (byte)generator.Next(1, 256);
            }

            var bench = new VideoBench(folder);
            var answer = await bench.RunAsync(folder.Write("damaged.mp4", damaged.AsSpan(0, generator.Next(0, 4) == 0 ? generator.Next(1, damaged.Length) : damaged.Length)), "out.mp4");

            outcomes[answer.Outcome] = outcomes.GetValueOrDefault(answer.Outcome) + 1;
            Assert.All(bench.Records, record => Assert.True(record.Decision is Decision.RegionsMasked or Decision.FrameMasked));
            File.Delete(folder["out.mp4"]);
            Assert.Empty(Directory.EnumerateFiles(folder.Path, "*.part"));
        }

        output.WriteLine($"{Mutations} files from seed {seed}: {string.Join(", ", outcomes)}");
    }
}
