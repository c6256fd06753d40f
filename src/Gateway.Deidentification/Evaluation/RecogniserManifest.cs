using System.Security.Cryptography;
using System.Text.Json;
using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Evaluation;

/// <summary>What a face recogniser is and how it must be asked. It attacks outputs in an evaluation and is used nowhere else.</summary>
/// <param name="Id">Identifier.</param>
/// <param name="Version">Version.</param>
/// <param name="InputName">Input: float32, NCHW, one picture.</param>
/// <param name="Side">Width and height of the input, pixels.</param>
/// <param name="IsBgr">Order of channels.</param>
/// <param name="Mean">Subtracted from every value of 0 to 255.</param>
/// <param name="Scale">Multiplied afterwards.</param>
/// <param name="OutputName">Output: float32, one embedding.</param>
/// <param name="Dimensions">Values of an embedding.</param>
public sealed record RecogniserManifest(
    string Id, string Version, string InputName, int Side, bool IsBgr, float Mean, float Scale, string OutputName, int Dimensions)
{
    private const int DimensionsMax = 8192;
    private const int SideMax = 512;

    /// <summary>Reads manifest and model; no byte of the model reaches the runtime before its digest was checked.</summary>
    /// <returns>Both, or everything that is wrong with them.</returns>
    public static (RecogniserManifest? Manifest, byte[] Model, IReadOnlyList<string> Findings) Load(string modelPath, string manifestPath)
    {
        var findings = new List<string>();
        foreach (var (path, bytesMax, what) in new[] { (modelPath, (long)ModelFile.ModelBytesMax, "recogniser"), (manifestPath, ModelFile.ManifestBytesMax, "manifest of the recogniser") })
        {
            if (!File.Exists(path) || new FileInfo(path).Length is var length && (length == 0 || length > bytesMax))
            {
                findings.Add($"the {what} is missing, empty or longer than {bytesMax} bytes; name the file");
            }
        }

        if (findings.Count > 0)
        {
            return (null, [], findings);
        }

        var model = File.ReadAllBytes(modelPath);
        var manifest = Read(File.ReadAllBytes(manifestPath), model, findings);
        return findings.Count == 0 ? (manifest, model, findings) : (null, [], findings);
    }

    private static RecogniserManifest? Read(byte[] json, byte[] model, List<string> findings)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            return Read(new ManifestFields(document.RootElement, string.Empty, findings), model);
        }
        catch (JsonException)
        {
            findings.Add("the manifest of the recogniser is not JSON; write it as described in MODEL_CARD.md");
            return null;
        }
    }

    private static RecogniserManifest Read(ManifestFields root, byte[] model)
    {
        if (root.Text("task", 64) is { Length: > 0 } task && task != "face-recognition")
        {
            root.Report("task", "must be face-recognition");
        }

        if (!string.Equals(root.Text("sha256", 64), Convert.ToHexString(SHA256.HashData(model)), StringComparison.OrdinalIgnoreCase))
        {
            root.Report("sha256", "is not that of the recogniser; restore the file or take its own manifest");
        }

        var (input, output) = (root.Child("input"), root.Child("output"));
        var channels = input.Text("channels", 8);
        if (channels is not ("BGR" or "RGB"))
        {
            input.Report("channels", "must be BGR or RGB");
        }

        return new RecogniserManifest(
            root.Text("id", 64),
            root.Text("version", 64),
            input.Text("name", 64),
            input.Whole("side", 16, SideMax),
            channels == "BGR",
            input.Optional("mean", -1024, 1024, 127.5f),
            input.Optional("scale", -1024, 1024, 1 / 127.5f),
            output.Text("name", 64),
            output.Whole("dimensions", 2, DimensionsMax));
    }
}
