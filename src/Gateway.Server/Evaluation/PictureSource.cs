using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Evaluation;
using Gateway.Deidentification.Media;
using Gateway.Server.Commands;
using Gateway.Server.Endpoints;

namespace Gateway.Server.Evaluation;

/// <summary>One sequence of frames, or the stills of a folder.</summary>
/// <param name="Name">Name below the folder.</param>
/// <param name="Files">Its files in order, below the folder, with forward slashes.</param>
internal sealed record PictureGroup(string Name, IReadOnlyList<string> Files);

/// <summary>Where the pictures come from: a folder with labels, or our own drawing.</summary>
internal static class PictureSource
{
    private const int DrawnWidth = 640;
    private const int DrawnHeight = 360;
    private const int DrawnFrames = 40;
    private const int DrawnStillStep = 23;

    /// <summary>Sizes of the drawn faces: their boxes are 52 to 224, 41 to 112 and 21 to 56 pixels high.</summary>
    private static readonly float[] DrawnScales = [1, 0.5f, 0.25f];

    /// <summary>The folders that directly hold pictures: each is a sequence of its own.</summary>
    public static IReadOnlyList<PictureGroup> GroupsOf(string folder) =>
    [
        .. MediaFiles.Find(folder, folder).Stills
            .Select(still => Path.GetRelativePath(folder, still.Source).Replace('\\', '/'))
            .GroupBy(file => Path.GetDirectoryName(file) ?? "", StringComparer.Ordinal)
            .Select(group => new PictureGroup(group.Key.Length == 0 ? "." : group.Key, [.. group])),
    ];

    /// <summary>Reads the frames of a sequence one after the other.</summary>
    /// <exception cref="InvalidDataException">A frame does not decode.</exception>
    public static IEnumerable<EvaluatedPicture> Frames(string folder, PictureGroup group, LabelFile labels, IStillCodec codec)
    {
        foreach (var file in group.Files)
        {
            var decoding = codec.Decode(File.ReadAllBytes(Path.Combine(folder, file)), new MediaLimits());
            yield return decoding.IsDecoded
                ? new EvaluatedPicture(file, decoding.Image, labels.Faces.GetValueOrDefault(file))
                : throw new InvalidDataException($"{file}: {MediaRefusals.Describe(decoding.Outcome).Sentence}");
        }
    }

    /// <summary>A drawn clip: the faces sway, and each is a track.</summary>
    public static IEnumerable<EvaluatedPicture> DrawnClip(float scale)
    {
        var scene = new DrawnScene(DrawnWidth, DrawnHeight, DrawnScene.StandardFaces(scale / 2));
        for (var number = 0; number < DrawnFrames; number++)
        {
            yield return Labelled($"drawn clip at {scale}, frame {number}", scene.Frame(number));
        }
    }

    /// <summary>The clips that are drawn.</summary>
    public static IReadOnlyList<(string Name, float Scale, int Frames)> DrawnClips => [.. DrawnScales.Select(scale => ($"drawn clip at {scale}", scale, DrawnFrames))];

    /// <summary>Drawn stills, three of each size.</summary>
    public static IEnumerable<EvaluatedPicture> DrawnStills()
    {
        foreach (var scale in DrawnScales)
        {
            var scene = new DrawnScene(1280, 720, DrawnScene.StandardFaces(scale));
            for (var number = 0; number < 3; number++)
            {
                yield return Labelled($"drawn scene at {scale}, {number + 1}", scene.Frame(number * DrawnStillStep));
            }
        }
    }

    private static EvaluatedPicture Labelled(string name, DrawnFrame frame) =>
        new(name, frame.Image, [.. frame.Faces.Select((box, index) => new LabelledFace(box, $"face {index + 1}", 0))]);
}
