using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Models;
using Gateway.Deidentification.Redaction;
using Gateway.Deidentification.Tracking;

namespace Gateway.Deidentification.Tests.Tracking;

public sealed class LookAheadWindowTests
{
    private static readonly ScoreThresholds Thresholds = new(0.5f, 0.2f, 0.2f);
    private static readonly RegionBox Face = new(100, 100, 40, 50);

    private readonly List<FrameRegions> _frames = [];
    private LookAheadWindow _window = new(new TrackingProfile(5, 5), Thresholds);

    [Fact]
    public void A_face_that_is_lost_stays_masked_for_the_hold_and_no_longer()
    {
        See(Face);
        Miss(8);

        Assert.All(_frames[..6], frame => Assert.True(Masks(frame, Face)));
        Assert.All(_frames[6..], frame => Assert.Empty(frame.Regions));
    }

    [Fact]
    public void A_held_box_grows_by_4_percent_a_frame_and_at_most_doubles()
    {
        _window = new LookAheadWindow(new TrackingProfile(0, 40), Thresholds);
        See(Face);
        Miss(40);

        Assert.Equal(40 * 1.4f, _frames[10].Regions[0].Box.Width, 0.5f);
        Assert.Equal(40 * 2f, _frames[40].Regions[0].Box.Width, 0.5f);
    }

    /// <summary>Growth and margin both say how far a lost face may have gone. Added up, one detection of a large box would mask the picture for a whole hold.</summary>
    [Fact]
    public void A_held_mask_reaches_as_far_as_its_growth_or_its_margin_whichever_is_more()
    {
        _window = new LookAheadWindow(new TrackingProfile(0, 40), Thresholds);
        See(Face);
        Miss(40);

        foreach (var age in new[] { 1, 5, 15, 40 })
        {
            var held = Assert.Single(_frames[age].Regions);
            var reach = (MaskShape.Around(held.Box, held.MarginPx).Outer.Width - (1.5f * Face.Width)) / 2;
            var growth = 1.5f * Face.Width * Math.Min(1, 0.04f * age) / 2;
            Assert.InRange(reach, growth - 0.1f, Math.Max(growth, Face.Height / 2) + 0.1f);
        }
    }

    [Fact]
    public void A_face_seen_for_the_first_time_is_masked_backwards_over_the_look_ahead()
    {
        Miss(8);
        See(Face);

        Assert.All(_frames[..3], frame => Assert.Empty(frame.Regions));
        Assert.All(_frames[3..], frame => Assert.True(Masks(frame, Face)));
    }

    [Fact]
    public void A_gap_with_both_ends_is_masked_along_the_way_between_them()
    {
        _window = new LookAheadWindow(new TrackingProfile(9, 12), Thresholds);
        See(Face);
        Miss(7);
        See(Face with { X = 130 });

        Assert.True(Masks(_frames[4], Face with { X = 115 }));
        Assert.All(_frames[1..8], frame => Assert.True(Assert.Single(frame.Regions).IsBridged));
        Assert.All(_frames, frame => Assert.Equal(_frames[0].Regions[0].Handle, frame.Regions[0].Handle));
    }

    [Fact]
    public void A_weak_detection_renews_a_track()
    {
        See(Face);
        Miss(4);
        See(Face, 0.25f);
        Miss(5);

        Assert.All(_frames, frame => Assert.True(Masks(frame, Face)));
    }

    [Fact]
    public void A_weak_detection_alone_is_masked_on_its_own_frame_and_starts_no_track()
    {
        Miss(1);
        See(Face, 0.25f);
        Miss(1);

        Assert.Empty(_frames[0].Regions);
        Assert.Equal(TrackHandle.None, Assert.Single(_frames[1].Regions).Handle);
        Assert.Empty(_frames[2].Regions);
    }

    [Fact]
    public void A_face_that_moves_by_half_its_size_a_frame_keeps_its_track()
    {
        for (var frame = 0; frame < 20; frame++)
        {
            See(Face with { X = 100 + (20 * frame) });
        }

        Assert.Single(_frames.Select(frame => frame.Regions.Single(region => !region.IsBridged).Handle).Distinct());
    }

    [Fact]
    public void A_moving_face_gets_at_least_the_way_of_one_frame_as_margin()
    {
        for (var frame = 0; frame < 20; frame++)
        {
            See(Face with { X = 100 + (12 * frame) });
        }

        Assert.InRange(_frames[^1].Regions[0].MarginPx, 11, 20);
    }

    [Fact]
    public void A_cut_drops_velocities_and_keeps_masks()
    {
        for (var frame = 0; frame < 10; frame++)
        {
            See(Face with { X = 100 + (12 * frame) });
        }

        _frames.Add(_window.Add([], isCut: true));
        Miss(3);

        var last = Face with { X = 100 + (12 * 9) };
        Assert.All(_frames[10..], frame => Assert.Equal(last.CenterX, Assert.Single(frame.Regions).Box.CenterX, 3f));
    }

    [Fact]
    public void A_lost_face_is_masked_where_it_would_be_and_where_it_was()
    {
        for (var frame = 0; frame < 10; frame++)
        {
            See(Face with { X = 100 + (12 * frame) });
        }

        Miss(3);

        Assert.True(Masks(_frames[12], Face with { X = 100 + (12 * 9) }));
        Assert.True(Masks(_frames[12], (Face with { X = 100 + (12 * 12) }).Scaled(0.8f)));
    }

    [Fact]
    public void Frames_that_never_came_count_as_frames_without_a_detection()
    {
        See(Face);
        _window.Skip(3);
        Miss(1);

        Assert.Equal(40 * 1.16f, Assert.Single(_frames[1].Regions).Box.Width, 0.5f);
        Miss(4);
        Assert.Empty(_frames[^1].Regions);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(1000)]
    public void A_gap_longer_than_the_hold_ends_no_mask_before_the_frame_after_it(int missing)
    {
        See(Face);
        _window.Skip(missing);
        Miss(2);

        Assert.True(Masks(_frames[1], Face));
        Assert.Empty(_frames[2].Regions);
    }

    [Fact]
    public void A_face_is_masked_backwards_over_a_gap_along_the_way()
    {
        _window = new LookAheadWindow(new TrackingProfile(9, 12), Thresholds);
        See(Face);
        Miss(1);
        _window.Skip(4);
        Miss(1);
        See(Face with { X = 128 });

        // Seven frames from end to end, four pixels a frame: the missing ones count.
        Assert.True(Masks(_frames[1], (Face with { X = 104 }).Scaled(0.9f)));
        Assert.True(Masks(_frames[2], (Face with { X = 124 }).Scaled(0.9f)));
        Assert.False(Masks(_frames[1], (Face with { X = 116 }).Scaled(0.9f)));
    }

    [Fact]
    public void Frames_that_waited_for_frames_that_never_came_are_cut_short_and_no_others()
    {
        See(Face);
        Miss(5);
        _window.Skip(1);
        Miss(1);

        Assert.Equal([false, true, true, true, true, true, false], _frames.Select(frame => frame.IsCutShort));
    }

    [Fact]
    public void A_plate_never_continues_the_track_of_a_face()
    {
        See(Face);
        _frames.Add(_window.Add([new RegionDetection(Face, 0.9f, RegionClass.LicencePlate)], isCut: false));

        Assert.Equal(2, _frames[1].Regions.Count);
        Assert.Equal([true, false], _frames[1].Regions.Select(region => region.IsBridged).Order().Reverse());
        Assert.NotEqual(_frames[1].Regions[0].Handle, _frames[1].Regions[1].Handle);
    }

    [Fact]
    public void Two_streams_of_one_face_share_no_handle()
    {
        See(Face);
        var other = new LookAheadWindow(TrackingProfile.Assured, Thresholds).Add([new RegionDetection(Face, 0.9f)], isCut: false);

        Assert.NotEqual(_frames[0].Regions[0].Handle, other.Regions[0].Handle);
    }

    [Fact]
    public void More_tracks_than_can_be_kept_saturate_the_frame()
    {
        var crowd = Enumerable.Range(0, Tracker.TracksMax + 1).Select(index => new RegionDetection(new RegionBox(100 * index, 0, 10, 10), 0.9f));

        var frame = _window.Add([.. crowd], isCut: false);

        Assert.True(frame.IsSaturated);
    }

    private void See(RegionBox box, float score = 0.9f) => _frames.Add(_window.Add([new RegionDetection(box, score)], isCut: false));

    private void Miss(int frames)
    {
        for (var frame = 0; frame < frames; frame++)
        {
            _frames.Add(_window.Add([], isCut: false));
        }
    }

    private static bool Masks(FrameRegions frame, RegionBox face) => frame.Regions.Any(region =>
        region.Box.X <= face.X + 0.01f && region.Box.Y <= face.Y + 0.01f && region.Box.Right >= face.Right - 0.01f && region.Box.Bottom >= face.Bottom - 0.01f);
}
