using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gateway.Deidentification.Models;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Models;

/// <summary>The model inside the program, as files that a test may spoil.</summary>
internal static class EmbeddedModel
{
    public static byte[] Bytes => Read("Gateway.Models.detector.onnx");

    public static JsonObject Manifest => JsonNode.Parse(Read("Gateway.Models.manifest.json"))!.AsObject();

    /// <summary>The embedded manifest, made to vouch for other bytes.</summary>
    public static JsonObject ManifestFor(byte[] model)
    {
        var manifest = Manifest;
        manifest["bytes"] = model.Length;
        manifest["sha256"] = Convert.ToHexStringLower(SHA256.HashData(model));
        return manifest;
    }

    public static ModelOptions Write(TempFolder folder, JsonObject manifest, byte[]? model = null) => new()
    {
        ManifestPath = folder.Write("manifest.json", System.Text.Encoding.UTF8.GetBytes(manifest.ToJsonString())),
        ModelPath = folder.Write("model.onnx", model ?? Bytes),
    };

    public static ModelLoading Load(ModelOptions options) => ModelFile.Load(options, TimeProvider.System);

    private static byte[] Read(string name)
    {
        using var stream = typeof(ModelFile).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
