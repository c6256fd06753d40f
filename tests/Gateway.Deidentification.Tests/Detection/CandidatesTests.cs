using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;

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
    public void What_the_outline_of_a_dropped_one_has_joins_the_one_kept()
    {
        var (better, worse) = (Outlined(30, 0.9f), Outlined(31, 0.6f));

        _candidates.DropDuplicates(0.45f, RegionMargins.Of(RegionClass.Person));

        var kept = Assert.Single(_candidates.Items.ToArray());
        Assert.Same(better, kept.Outline);
        Assert.Equal((2, 1), (better.Count, worse.Count));
    }

    [Theory]
    [InlineData(0.9f, 0.6f)]
    [InlineData(0.6f, 0.9f)]
    public void One_without_an_outline_takes_it_from_the_one_kept(float outlined, float other)
    {
        Outlined(30, outlined);
        Add(new RegionBox(101, 100, 100, 200), other);

        _candidates.DropDuplicates(0.45f, RegionMargins.Of(RegionClass.Person));

        Assert.Null(Assert.Single(_candidates.Items.ToArray()).Outline);
    }

    [Fact]
    public void Memory_of_outlines_is_used_again_and_what_a_crowd_took_is_given_back()
    {
        var first = _candidates.RentOutline();
        _candidates.ReturnOutline();
        Assert.Same(first, _candidates.RentOutline());
        for (var count = 0; count < 1000; count++)
        {
            Assert.NotSame(first, _candidates.RentOutline());
        }

        _candidates.Clear();

        Assert.Same(first, _candidates.RentOutline());
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

    /// <summary>A person with one cell of an outline.</summary>
    private Outline Outlined(int column, float score)
    {
        var outline = _candidates.RentOutline();
        outline.Reset(new PixelRect(25, 25, 50, 75), 4);
        outline.Set(40, column, column + 1);
        Assert.True(_candidates.TryAdd(new RegionDetection(new RegionBox(100, 100, 100, 200), score) { Outline = outline }));
        return outline;
    }

    private void Add(RegionBox box, float score) => Assert.True(_candidates.TryAdd(new RegionDetection(box, score)));
}
