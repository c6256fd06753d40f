using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Evaluation;
using Gateway.Deidentification.Records;

namespace Gateway.Deidentification.Tests.Evaluation;

public sealed class TallyTests
{
    [Fact]
    public void A_track_with_one_open_frame_is_exposed_and_its_first_mask_is_counted_from_its_first_frame()
    {
        var tally = new EvaluationTally();
        tally.Add(Frame(10, Face("late", 30, 0)));
        tally.Add(Frame(11, Face("late", 30, 0.5), Face("always", 100, 1)));
        tally.Add(Frame(12, Face("late", 30, 0.995), Face("always", 100, 1), Face("never", 30, 0.98)));

        Assert.Equal(new Proportion(2, 3), tally.TracksExposed());
        Assert.Equal((new Proportion(2, 2), new Proportion(0, 1)), (tally.TracksExposed(FaceSizeClass.From24), tally.TracksExposed(FaceSizeClass.From96)));
        Assert.Equal([("late", 2), ("always", 0), ("never", null)], tally.Tracks.Select(track => (track.Track, track.FramesToFirstMask)));
        Assert.Equal((new Proportion(3, 6), new Proportion(0, 3)), (tally.FacesCovered(), tally.PicturesCovered));
    }

    [Fact]
    public void Pictures_masked_whole_count_but_not_as_the_work_of_region_masks()
    {
        var tally = new EvaluationTally();
        tally.Add(Frame(0, Face("", 50, 1)) with { Decision = Decision.FrameMasked });
        tally.Add(Frame(1, Face("", 50, 0)));

        Assert.Equal((new Proportion(1, 2), new Proportion(0, 1), 1), (tally.FacesCovered(), tally.FacesCoveredByRegions(), tally.PicturesClosed));
    }

    [Fact]
    public void Faces_below_twelve_pixels_are_in_no_figure_but_told()
    {
        var tally = new EvaluationTally();
        tally.Add(Frame(0, Face("small", 11.9f, 0), Face("", 12, 1)));

        Assert.Equal((new Proportion(1, 1), 1, 0), (tally.FacesCovered(), tally.FacesNotCounted, tally.Tracks.Count));
        Assert.Equal(new Proportion(1, 1), tally.PicturesCovered);
    }

    [Fact]
    public void The_same_track_of_two_sequences_is_two_persons()
    {
        var tally = new EvaluationTally();
        tally.Add(Frame(0, Face("1", 50, 1)));
        tally.Add(Frame(0, Face("1", 50, 0)) with { Sequence = "other" });

        Assert.Equal(new Proportion(1, 2), tally.TracksExposed());
    }

    private static PictureSighting Frame(int number, params FaceSighting[] faces) => new("clip", number, Decision.RegionsMasked, Reason.None, 0.1, faces);

    private static FaceSighting Face(string track, float size, double coreShare) => new(new LabelledFace(new RegionBox(10, 10, size * 0.8f, size), track, 1), coreShare);
}
