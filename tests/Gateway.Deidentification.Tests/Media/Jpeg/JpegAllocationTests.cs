using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Jpeg;

namespace Gateway.Deidentification.Tests.Media.Jpeg;

/// <summary>Memory of one frame serves the next. Not beside other tests: they would take the memory from the same pool.</summary>
[Collection("alone")]
public sealed class JpegAllocationTests
{
    private const int AllocatedBytesMax = 1024;

    [Fact]
    public void A_frame_allocates_next_to_nothing()
    {
        using var picture = TestPicture.Waves(640, 368);
        var file = TestFiles.Jpeg(picture, 85, ChromaSampling.Quarter);
        var dirty = new PixelRect(160, 112, 288, 256);
        for (var warm = 0; warm < 3; warm++)
        {
            Once();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var frame = 0; frame < 20; frame++)
        {
            Once();
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 20, 0, AllocatedBytesMax);

        void Once()
        {
            Assert.True(JpegPicture.TryOpen(file, out var image) == JpegOutcome.Opened);
            using (image)
            {
                image!.Jpeg!.Decode(dirty);
                image.Jpeg.Dirty.Add(dirty);
                Assert.False(image.Jpeg.Write().IsEmpty);
            }
        }
    }
}

/// <summary>Tests that nothing else may run beside.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class AloneJpegGroup;
