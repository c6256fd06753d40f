using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Detection.Decoders;

public sealed class DecoderAllocationTests : IDisposable
{
    private const int Rounds = 20;
    private const int AnswerBytesMax = 512;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_look_that_draws_outlines_allocates_a_copy_of_each_and_nothing_more()
    {
        var model = DrawnModels.Segments(192, 256);
        using var detector = DrawnModels.Opened(_folder, DrawnModels.SegmentsManifest(model, 192, 256), model);
        using var picture = DrawnPerson.At(256, 192, 1);
        for (var round = 0; round < Rounds; round++)
        {
            Assert.NotNull(Assert.Single(detector.Detect(picture, CancellationToken.None).Regions).Outline);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
        {
            detector.Detect(picture, CancellationToken.None);
        }

        // 48 rows of cells of one word each, and what holds them.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Rounds, 0, AnswerBytesMax + (48 * 8) + 128);
    }

    [Theory]
    [InlineData("yolo-rows")]
    [InlineData("probability-map")]
    public void A_look_allocates_its_answer_and_nothing_more(string decoder)
    {
        var model = decoder == "yolo-rows" ? DrawnModels.Rows() : DrawnModels.Map();
        using var detector = DrawnModels.Opened(_folder, decoder == "yolo-rows" ? DrawnModels.RowsManifest(model) : DrawnModels.MapManifest(model), model);
        using var picture = DrawnModels.Picture(320, 240, (new(100, 80, 116, 96), decoder == "yolo-rows" ? 0xFFFF0000 : 0xFFFFFFFF));
        for (var round = 0; round < Rounds; round++)
        {
            Assert.NotEmpty(detector.Detect(picture, CancellationToken.None).Regions);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
        {
            detector.Detect(picture, CancellationToken.None);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Rounds, 0, AnswerBytesMax);
    }
}
