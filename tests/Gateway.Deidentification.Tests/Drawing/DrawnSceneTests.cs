using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Redaction;

namespace Gateway.Deidentification.Tests.Drawing;

public sealed class DrawnSceneTests
{
    private const float ScoreMin = 0.85f;
    private const float OverlapMin = 0.7f;

    [Fact]
    public void The_built_in_detector_finds_every_face_of_the_standard_scene_in_every_part_of_its_motion()
    {
        using var finder = new FaceFinder();
        var scene = DrawnScene.Standard();
        foreach (var number in new[] { 0, 30, 60, 120, 160 })
        {
            using var frame = scene.Frame(number);

            var found = finder.Find(frame.Image, ScoreMin);

            Assert.Equal(4, frame.Faces.Count);
            Assert.All(frame.Faces, face => Assert.Contains(found, one => one.Box.IntersectionOverUnion(face) > OverlapMin));
        }
    }

    [Fact]
    public void After_the_outside_fill_the_detector_finds_none_of_them()
    {
        using var finder = new FaceFinder();
        using var frame = DrawnScene.Standard().Frame();
        var mask = new MaskMap(frame.Image.Width, frame.Image.Height);
        foreach (var face in frame.Faces)
        {
            mask.Add(face);
        }

        new OutsideFill().Fill(frame.Image, mask, [], DitherNoise.WithRandomKey().ForFrame(0));

        Assert.Empty(finder.Find(frame.Image, 0.3f));
    }

    [Fact]
    public void A_scene_is_drawn_the_same_every_time()
    {
        using var one = DrawnScene.Standard().Frame(7);
        using var other = DrawnScene.Standard().Frame(7);

        Assert.Equal(one.Image.Bytes, other.Image.Bytes);
        Assert.Equal(one.Faces, other.Faces);
    }

    [Fact]
    public void Faces_move_a_little_from_frame_to_frame_and_come_back()
    {
        var scene = new DrawnScene(640, 360, DrawnScene.StandardFaces(0.5f));
        var tracks = Enumerable.Range(0, 201).Select(number =>
        {
            using var frame = scene.Frame(number);
            return frame.Faces[0];
        }).ToArray();

        Assert.All(tracks.Zip(tracks.Skip(1)), pair => Assert.InRange(pair.First.IntersectionOverUnion(pair.Second), 0.9f, 1));
        Assert.InRange(tracks.Max(face => face.CenterX) - tracks.Min(face => face.CenterX), 20, 60);
        Assert.InRange(tracks[0].IntersectionOverUnion(tracks[200]), 0.99f, 1);
    }

    [Fact]
    public void A_face_may_reach_beyond_the_picture()
    {
        var scene = new DrawnScene(64, 48, DrawnScene.StandardFaces(0.1f).Append(DrawnScene.StandardFaces()[0]));

        using var frame = scene.Frame();

        Assert.Equal((64, 48), (frame.Image.Width, frame.Image.Height));
        Assert.Equal(5, frame.Faces.Count);
    }
}
