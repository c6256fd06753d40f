using System.Globalization;
using Gateway.Deidentification.Detection;

namespace Gateway.Deidentification.Evaluation;

/// <summary>
/// Labels of a folder of pictures: lines of <c>file,track,x,y,width,height</c> under that very header. The file is a path below the folder with
/// forward slashes, the track may be empty, the box is in pixels of the upright picture. A line with a file alone says that the picture has no
/// face. Empty lines and lines that begin with # are skipped.
/// </summary>
public sealed class LabelFile
{
    /// <summary>The first line that is no comment.</summary>
    public const string Header = "file,track,x,y,width,height";

    /// <summary>Longest file, 64 MiB.</summary>
    public const long BytesMax = 64L * 1024 * 1024;

    /// <summary>Most labelled faces.</summary>
    public const int FacesMax = 1_000_000;

    /// <summary>Longest line, characters.</summary>
    public const int LineCharsMax = 1024;

    /// <summary>Longest track, characters.</summary>
    public const int TrackCharsMax = 64;

    /// <summary>Largest place or side, pixels.</summary>
    public const float PixelsMax = 100_000;

    /// <summary>Findings that are kept; more are only counted.</summary>
    public const int FindingsMax = 100;

    private readonly Dictionary<string, List<LabelledFace>> _faces = new(StringComparer.Ordinal);
    private readonly List<LabelFinding> _findings = [];

    private LabelFile()
    {
    }

    /// <summary>Pictures that were labelled, each with its faces.</summary>
    public IReadOnlyDictionary<string, List<LabelledFace>> Faces => _faces;

    /// <summary>Number of labelled faces.</summary>
    public int Count { get; private set; }

    /// <summary>Everything that is wrong with the file, as far as <see cref="FindingsMax"/>.</summary>
    public IReadOnlyList<LabelFinding> Findings => _findings;

    /// <summary>Number of findings, kept or not.</summary>
    public int FindingsCount { get; private set; }

    /// <summary>Reads a file and checks every line: who labels by hand wants all mistakes at once.</summary>
    /// <param name="path">The label file.</param>
    /// <param name="folder">Folder of the pictures: a file that is named must be in it.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LabelFile Read(string path, string folder)
    {
        var labels = new LabelFile();
        if (!File.Exists(path) || new FileInfo(path).Length is 0 or > BytesMax)
        {
            labels.Find(0, $"{path} is missing, empty or longer than {BytesMax / 1024 / 1024} MiB", "name a label file; split a longer one");
            return labels;
        }

        var (number, hasHeader) = (0, false);
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (hasHeader)
            {
                labels.Take(number, line, folder);
            }
            else if (line.Trim() != Header)
            {
                labels.Find(number, "the first line is not the header", $"begin the file with the line {Header}");
                return labels;
            }

            hasHeader = true;
        }

        if (!hasHeader || labels._faces.Count == 0)
        {
            labels.Find(0, "the file labels nothing", $"after the header, write a line {Header} for every face");
        }

        return labels;
    }

    private void Take(int number, string line, string folder)
    {
        var fields = line.Length <= LineCharsMax ? line.Split(',') : [];
        if (fields.Length != 6)
        {
            Find(number, $"it has {fields.Length} fields or more than {LineCharsMax} characters", $"write {Header}; a file name must not hold a comma");
            return;
        }

        var (file, track) = (fields[0].Trim(), fields[1].Trim());
        if (!CheckFile(number, file, folder))
        {
            return;
        }

        var faces = _faces.TryGetValue(file, out var known) ? known : _faces[file] = [];
        if (fields[2..].All(string.IsNullOrWhiteSpace) && track.Length == 0)
        {
            return;
        }

        if (ReadBox(number, fields) is { } box && CheckTrack(number, track, faces))
        {
            faces.Add(new LabelledFace(box, track, number));
            Count++;
            if (Count == FacesMax + 1)
            {
                Find(number, $"there are more than {FacesMax} faces", "split the set");
            }
        }
    }

    private bool CheckFile(int number, string file, string folder)
    {
        var isBelow = file.Length > 0 && !Path.IsPathRooted(file) && !file.Split('/').Contains("..");
        if (_faces.ContainsKey(file) || (isBelow && File.Exists(Path.Combine(folder, file))))
        {
            return true;
        }

        Find(number, isBelow ? $"there is no picture {file}" : "the file is not a path below the folder", "name a picture of the folder, with forward slashes");
        return false;
    }

    private bool CheckTrack(int number, string track, List<LabelledFace> faces)
    {
        if (track.Length > TrackCharsMax)
        {
            Find(number, $"its track has more than {TrackCharsMax} characters", "choose short tracks");
            return false;
        }

        if (track.Length > 0 && faces.Find(face => face.Track == track) is { } twice)
        {
            Find(number, $"track {track} is in this picture twice, here and in line {twice.Line}", "give every person of a picture a track of its own");
            return false;
        }

        return true;
    }

    private RegionBox? ReadBox(int number, string[] fields)
    {
        Span<float> values = stackalloc float[4];
        for (var index = 0; index < values.Length; index++)
        {
            if (!float.TryParse(fields[2 + index], NumberStyles.Float, CultureInfo.InvariantCulture, out values[index]) || !(Math.Abs(values[index]) <= PixelsMax))
            {
                Find(number, $"'{Short(fields[2 + index])}' is not a number from -{PixelsMax} to {PixelsMax}", "write pixels with a point for fractions");
                return null;
            }
        }

        if (values[2] > 0 && values[3] > 0)
        {
            return new RegionBox(values[0], values[1], values[2], values[3]);
        }

        Find(number, "its width or height is not above 0", "write x,y of the upper left corner, then width and height");
        return null;
    }

    private void Find(int line, string problem, string remedy)
    {
        FindingsCount++;
        if (_findings.Count < FindingsMax)
        {
            _findings.Add(new LabelFinding(line, problem, remedy));
        }
    }

    private static string Short(string text) => text.Length <= 20 ? text : text[..20] + "...";
}
