using Gateway.Deidentification.Detection;

namespace Gateway.Deidentification.Models;

/// <summary>Reads the field `canary` of a manifest.</summary>
internal static class CanaryFields
{
    private const int ValuesPerRegion = 4;
    private const int FileNameMax = 128;

    public static ModelCanary? Read(ManifestFields root)
    {
        if (!root.Has("canary"))
        {
            return null;
        }

        var fields = root.Child("canary");
        return new ModelCanary(Picture(fields), fields.Digest("sha256", "the picture"), Regions(fields));
    }

    /// <summary>A name without a folder: a manifest must not make the node read files elsewhere.</summary>
    private static string Picture(ManifestFields fields)
    {
        var name = fields.Text("picture", FileNameMax);
        if (name != Path.GetFileName(name) || name is "." or ".." || name.Contains('\\') || name.Contains('\0'))
        {
            fields.Report("picture", "must be the name of a file in the folder of the manifest, without a path");
        }

        return name;
    }

    private static List<RegionBox> Regions(ManifestFields fields)
    {
        var values = fields.Numbers("regions", ModelCanary.RegionsMax * ValuesPerRegion);
        if (values.Count == 0 || values.Count % ValuesPerRegion != 0)
        {
            fields.Report("regions", $"must be four numbers for each of 1 to {ModelCanary.RegionsMax} regions: left, top, width, height in pixels of the picture");
            return [];
        }

        return [.. values.Chunk(ValuesPerRegion).Select(box => new RegionBox((float)box[0], (float)box[1], (float)box[2], (float)box[3]))];
    }
}
