using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gateway.Deidentification.Models;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Deidentification;

/// <summary>Model files of a test with manifests that vouch for them.</summary>
internal static class SpoiledFiles
{
    /// <summary>The detector inside the program.</summary>
    public static byte[] Detector => Read("Gateway.Models.detector.onnx");

    public static (string Model, string Manifest) Write(TempFolder folder, byte[] model, string name = "spoiled", Action<JsonObject>? change = null)
    {
        var manifest = JsonNode.Parse(Read("Gateway.Models.manifest.json"))!.AsObject();
        manifest["bytes"] = model.Length;
        manifest["sha256"] = Convert.ToHexStringLower(SHA256.HashData(model));
        change?.Invoke(manifest);
        return (folder.Write(name + ".onnx", model), folder.Write(name + ".json", System.Text.Encoding.UTF8.GetBytes(manifest.ToJsonString())));
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(ModelFile).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
