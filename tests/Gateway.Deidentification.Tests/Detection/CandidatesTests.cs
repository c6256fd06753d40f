using Gateway.Deidentification.Detection;

namespace Gateway.Deidentification.Tests.Detection;

public sealed class CandidatesTests
{
    private readonly Candidates _candidates = new(8);

    [Fact]
    public void Of_boxes_on_one_face_the_best_is_kept()
    {
        Add(new RegionBox(102, 101, 50, 60), 0.6f);
        Add(new RegionBox(100, 100, 50, 60), 0.9f);

        _candidates.DropDuplicates(0.45f, RegionMargins.Of(RegionClass.Face));

        Assert.Equal(0.9f, Assert.Single(_candidates.Items.ToArray()).Score);
    }

    [Fact]
    public void Two_halves_of_a_large_face_are_both_kept()
    {
        Add(new RegionBox(100, 100, 300, 200), 0.5f);
        Add(new RegionBox(100, 260, 300, 200), 0.4f);

        _candidates.DropDuplicates(0.45f, RegionMargins.Of(RegionClass.Face));

        Assert.Equal(2, _candidates.Count);
    }

    [Fact]
    public void A_duplicate_that_sticks_out_of_the_mask_of_the_better_box_is_kept()
    {
        Add(new RegionBox(100, 100, 100, 100), 0.9f);
        Add(new RegionBox(130, 100, 100, 100), 0.8f);

        _candidates.DropDuplicates(0.45f, RegionMargins.Of(RegionClass.Face));

        Assert.Equal(2, _candidates.Count);
    }

    [Fact]
    public void A_full_store_says_so()
    {
        for (var index = 0; index < 8; index++)
        {
            Assert.True(_candidates.TryAdd(new RegionDetection(new RegionBox(index * 100, 0, 10, 10), 0.5f)));
        }

        Assert.False(_candidates.TryAdd(new RegionDetection(new RegionBox(0, 100, 10, 10), 0.5f)));
    }

    private void Add(RegionBox box, float score) => Assert.True(_candidates.TryAdd(new RegionDetection(box, score)));
}
