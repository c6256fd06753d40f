using Gateway.Benchmarks.Frames;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Jpeg;
using Gateway.Deidentification.Pipeline;
using Gateway.TestKit;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Benchmarks;

/// <summary>
/// Frames of 1280 x 720 through the stream of the product, against two C++ peers and against what physics allows, on the same pictures and in
/// one run. What is compared is CPU time a frame, which on a shared machine says more than time passed; both are printed.
/// </summary>
internal static class FramesBenchmark
{
    private const int Frames = 12;
    private const int Rounds = 12;

    public static Task RunAsync(TextWriter output) => RunAsync(output, Frames, Rounds, mayBuildPeers: true);

    public static async Task RunAsync(TextWriter output, int frames, int rounds, bool mayBuildPeers)
    {
        using var folder = new TempFolder();
        using var detector = BenchmarkModels.OpenSinglePass(folder);
        await output.WriteLineAsync(BenchmarkModels.ComparisonPath is null
            ? "the comparison model is absent: all contenders run the embedded one, in one pass of 640 x 384"
            : "all contenders run the comparison model in one pass of 640 x 384");
        foreach (var clip in (FrameClip[])[FrameClip.TwoFaces(frames), FrameClip.FiftyFaces(frames)])
        {
            JpegRace(output, clip, detector, folder, rounds, mayBuildPeers);
            RawRace(output, clip, detector, rounds);
        }

        var small = FrameClip.TwoFaces(Math.Min(frames, 12));
        EmbeddedRace(output, small, rounds);
        await GrpcRaceAsync(output, small, rounds);
    }

    /// <summary>JPEG in, JPEG out, one look at every frame, one worker.</summary>
    private static void JpegRace(TextWriter output, FrameClip clip, OnnxDetector detector, TempFolder folder, int rounds, bool mayBuildPeers)
    {
        using var race = new FrameRace($"JPEG to JPEG, {clip.Name}, {clip.Jpegs.Average(jpeg => jpeg.Length) / 1024:F0} KiB a frame", rounds);
        race.Add(new StreamContender("ours, one worker", detector, 1, FrameFormat.Jpeg, StreamContender.OneLook, clip.Jpegs));
        AddPeers(race, clip, folder, mayBuildPeers);
        race.Add(Opening("limit of a splice: coefficients read once (half picture for the detector), and inference", clip, detector));
        race.Add(Decoding("a full decode and encode with SkiaSharp instead, and inference", clip, detector));
        race.Add(new StreamContender("ours, Huffman tables made for each picture: coded anew with the standard's", detector, 1, FrameFormat.Jpeg, StreamContender.OneLook, clip.OwnTables));
        race.Add(new StreamContender("ours, two workers", detector, 2, FrameFormat.Jpeg, StreamContender.OneLook, clip.Jpegs));
        race.Add(new StreamContender("ours, profile live (every 15th output is looked at again)", detector, 1, FrameFormat.Jpeg, StreamProfile.Live, clip.Jpegs));
        race.Add(new StreamContender("ours, profile assured (every output is looked at again)", detector, 1, FrameFormat.Jpeg, StreamProfile.Assured, clip.Jpegs));
        race.Note("why peer A is slower: OpenCV's network runner takes a multiple of ONNX Runtime's time for the same model (stage infer), Debian's imdecode");
        race.Note("  swaps channels byte by byte (decode), a Gaussian costs more with every pixel of radius (blur). Peer B has none of these. Against it ours saves:");
        race.Note("  coefficients are read once and only blocks under a mask are coded again; and pays: tracks, a fill from outside, a record and digests of every frame.");
        race.Run(output);
    }

    /// <summary>Raw frames: nothing to decode, so inference is the limit.</summary>
    private static void RawRace(TextWriter output, FrameClip clip, OnnxDetector detector, int rounds)
    {
        using var race = new FrameRace($"I420 to I420, {clip.Name}", rounds);
        race.Add(Inference("inference alone (pixels to tensor, run, boxes)", clip, detector));
        race.Add(new StreamContender("ours, one worker", detector, 1, FrameFormat.I420, StreamContender.OneLook, clip.I420));
        race.Add(new StreamContender("ours, two workers", detector, 2, FrameFormat.I420, StreamContender.OneLook, clip.I420));
        race.Note("the digest of a raw frame alone is 7 % of an inference; benchmark 'stages' says what each step costs");
        race.Note("the difference to inference alone is copy, brightness, tracking, fill, SHA-256 of the output and zeroing; two workers against one is the wall time of the rows");
        race.Run(output);
    }

    private static void EmbeddedRace(TextWriter output, FrameClip clip, int rounds)
    {
        using var detector = BenchmarkModels.OpenEmbedded();
        using var race = new FrameRace($"I420 to I420, {clip.Name}, embedded model at all its scales", rounds);
        race.Add(Inference("inference alone", clip, detector));
        race.Add(new StreamContender("ours, one worker, one look", detector, 1, FrameFormat.I420, StreamContender.OneLook, clip.I420));
        race.Run(output);
    }

    private static async Task GrpcRaceAsync(TextWriter output, FrameClip clip, int rounds)
    {
        await using var node = await MediaNode.StartAsync();
        using var race = new FrameRace($"Bidirectional gRPC over mutual TLS, {clip.Name}, embedded model, profile live; the client's work is in the figures", rounds);
        race.Add(new StreamContender("JPEG, the node's pipeline without gRPC", node.Parts, FrameFormat.Jpeg, StreamProfile.Live, clip.Jpegs));
        race.Add(node.Contender("JPEG over gRPC", Wire.FrameFormat.Jpeg, clip.Jpegs));
        race.Add(new StreamContender("I420, the node's pipeline without gRPC", node.Parts, FrameFormat.I420, StreamProfile.Live, clip.I420));
        race.Add(node.Contender("I420 over gRPC", Wire.FrameFormat.I420, clip.I420));
        race.Note("the difference is TLS in both directions on both sides, copies from and to the wire, and the client; a raw frame has 1.3 MiB each way");
        race.Run(output);
    }

    private static void AddPeers(FrameRace race, FrameClip clip, TempFolder folder, bool mayBuildPeers)
    {
        var reason = BenchmarkModels.ComparisonPath is null ? "the comparison model is absent" : PeerPrograms.Build(mayBuildPeers);
        if (reason is not null)
        {
            race.Note($"peers A and B are absent: {reason}");
            return;
        }

        var frames = Directory.CreateDirectory(folder[$"frames-{clip.Name.Length}"]).FullName;
        for (var number = 0; number < clip.Jpegs.Count; number++)
        {
            File.WriteAllBytes(Path.Combine(frames, $"{number:D4}.jpg"), clip.Jpegs[number]);
        }

        var model = BenchmarkModels.ComparisonPath!;
        var fixedModel = folder.Write("fixed.onnx", FixedShape.Of(File.ReadAllBytes(model), 1, 3, BenchmarkModels.InputHeight, BenchmarkModels.InputWidth));
        AddPeer(race, "peer A: OpenCV imdecode, its network runner, GaussianBlur, imencode", PeerPrograms.OpenCv, fixedModel, frames);
        AddPeer(race, "peer B: libjpeg-turbo planes, ONNX Runtime C API, box blurs", PeerPrograms.Turbo, model, frames);
    }

    private static void AddPeer(FrameRace race, string name, string program, string model, string frames)
    {
        var (peer, reason) = PeerProcess.Start(program, model, frames);
        if (peer is null)
        {
            race.Note($"{name} is absent: {reason}");
            return;
        }

        race.Add(new PeerContender(name, peer));
    }

    private static LoopContender Inference(string name, FrameClip clip, OnnxDetector detector) => new(name, clip.I420.Count, number =>
    {
        using var image = PixelImage.CopyOf(PixelLayout.I420, FrameClip.Width, FrameClip.Height, clip.I420[number]);
        return detector.Detect(image, CancellationToken.None).Regions.Count;
    });

    private static LoopContender Opening(string name, FrameClip clip, OnnxDetector detector) => new(name, clip.Jpegs.Count, number =>
    {
        if (JpegPicture.TryOpen(clip.Jpegs[number], out var image) != JpegOutcome.Opened)
        {
            throw new InvalidOperationException("a frame was not opened at its coefficients");
        }

        using (image)
        {
            return detector.Detect(image!, CancellationToken.None).Regions.Count;
        }
    });

    private static LoopContender Decoding(string name, FrameClip clip, OnnxDetector detector)
    {
        var codec = new SkiaStillCodec();
        var limits = new MediaLimits();
        return new LoopContender(name, clip.Jpegs.Count, number =>
        {
            using var decoded = codec.Decode(clip.Jpegs[number], limits);
            var faces = detector.Detect(decoded.Image!, CancellationToken.None).Regions.Count;
            codec.Encode(decoded.Image!, decoded.Traits!);
            return faces;
        });
    }
}
