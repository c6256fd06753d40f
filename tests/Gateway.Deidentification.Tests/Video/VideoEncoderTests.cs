using Gateway.Deidentification.Video;

namespace Gateway.Deidentification.Tests.Video;

public sealed class VideoEncoderTests
{
    private const string Listing = """
        Encoders:
         V..... = Video
         A..... = Audio
         ------
         V....D libx264              libx264 H.264 / AVC (codec h264)
         V....D h264_nvenc           NVIDIA NVENC H.264 encoder (codec h264)
         A....D libx265              a lie about audio
         V..... some_encoder         unknown to us
        """;

    [Fact]
    public void Encoders_are_those_that_are_known_and_there_the_preferred_first() =>
        Assert.Equal(["libx264", "h264_nvenc"], VideoEncoder.Present(VideoEncoder.ForMp4, Listing).Select(encoder => encoder.Name));

    [Theory]
    [InlineData("a.mp4", "mp4")]
    [InlineData("A.MOV", "mov")]
    [InlineData("a.b.mkv", "matroska")]
    [InlineData("a.webm", "webm")]
    [InlineData("a.avi", null)]
    [InlineData("a.gif", null)]
    [InlineData("mp4", null)]
    public void The_name_of_the_output_chooses_the_container(string name, string? muxer) => Assert.Equal(muxer, VideoContainer.Of(name)?.Muxer);

    [Theory]
    [InlineData(AudioHandling.Drop)]
    [InlineData(AudioHandling.Keep)]
    [InlineData(AudioHandling.Tone)]
    public void Only_sound_that_is_kept_lets_the_encoder_see_the_source(AudioHandling audio)
    {
        var facts = new VideoFacts(10, HasAudio: true, TimeSpan.FromSeconds(1), TimeSpan.Zero, []);

        var arguments = VideoArguments.Encode(new VideoJob("/in/source.mp4", "/out/target.mp4") { Audio = audio }, facts, VideoContainer.Of("t.mp4")!, VideoEncoder.ForMp4[0], "/out/target.part");

        Assert.Equal(audio == AudioHandling.Keep, arguments.Contains("file:/in/source.mp4"));
        Assert.DoesNotContain("http", string.Join(' ', arguments), StringComparison.Ordinal);
    }
}
