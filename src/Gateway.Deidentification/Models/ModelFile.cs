using System.Security.Cryptography;
using Gateway.Deidentification.Detection.Decoders;

namespace Gateway.Deidentification.Models;

/// <summary>Takes a model into use: manifest first, then the file, and no byte of it reaches the runtime before its digest was checked.</summary>
public static class ModelFile
{
    /// <summary>Longest model file, 512 MiB.</summary>
    public const int ModelBytesMax = 512 * 1024 * 1024;

    /// <summary>Longest manifest, 64 KiB.</summary>
    public const int ManifestBytesMax = 64 * 1024;

    private const string EmbeddedModel = "Gateway.Models.detector.onnx";
    private const string EmbeddedManifest = "Gateway.Models.manifest.json";

    /// <summary>Reads and checks the manifest and the model file.</summary>
    public static ModelLoading Load(ModelOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        if (options.ModelPath is null != options.ManifestPath is null)
        {
            return Refused(ModelOutcome.ManifestInvalid, "ModelPath and ManifestPath belong together; set both or neither");
        }

        // 1 the manifest and 2 what it claims
        var manifest = LoadManifest(options, time, out var refusal);
        if (manifest is null || refusal is not null)
        {
            return refusal!;
        }

        // 3 the picture of the canary
        if (!TryReadCanary(manifest.Canary, options.ManifestPath, out var canaryFile))
        {
            return Refused(ModelOutcome.CanaryUnusable, $"canary: no file of that name and digest, of at most {ModelCanary.PictureBytesMax} bytes, lies beside the manifest");
        }

        // 4 the file
        using var modelStream = Open(options.ModelPath, EmbeddedModel);
        return modelStream is null
            ? Refused(ModelOutcome.ModelMissing, "ModelPath: no file is there; name the model file")
            : CheckFile(manifest, modelStream, canaryFile);
    }

    /// <summary>Checks the manifest and its claims without looking at the model file. Empty when the file would be looked at.</summary>
    public static ModelLoading CheckManifest(ModelOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        LoadManifest(options, time, out var refusal);
        return refusal ?? new ModelLoading(ModelOutcome.Trusted, [], null);
    }

    private static ModelManifest? LoadManifest(ModelOptions options, TimeProvider time, out ModelLoading? refusal)
    {
        using var stream = Open(options.ManifestPath, EmbeddedManifest);
        if (stream is null)
        {
            refusal = Refused(ModelOutcome.ManifestMissing, "ManifestPath: no file is there; name the manifest of the model");
            return null;
        }

        if (stream.Length is 0 or > ManifestBytesMax)
        {
            refusal = Refused(ModelOutcome.ManifestInvalid, $"the manifest must have 1 to {ManifestBytesMax} bytes");
            return null;
        }

        var manifest = ManifestReader.Read(ReadAll(stream), out var findings);
        refusal = manifest is null ? new ModelLoading(ModelOutcome.ManifestInvalid, findings, null) : CheckClaims(manifest, options, time);
        return manifest;
    }

    private static ModelLoading? CheckClaims(ModelManifest manifest, ModelOptions options, TimeProvider time)
    {
        if (manifest.Expires is { } expires && time.GetUtcNow() >= expires)
        {
            return Refused(ModelOutcome.ManifestExpired, "expires: has passed; have the model assessed again and renew its manifest");
        }

        if (options.RequireCommercialUse && CommercialGate.Check(manifest, options.WaiverPath, time.GetUtcNow()) is { Count: > 0 } findings)
        {
            return new ModelLoading(ModelOutcome.CommercialUseNotCleared, findings, null);
        }

        return OutputDecoders.IsKnown(manifest.Decoder)
            ? null
            : Refused(ModelOutcome.UnknownDecoder, $"decoder: known are {OutputDecoders.KnownNames}");
    }

    private static bool TryReadCanary(ModelCanary? canary, string? manifestPath, out byte[] file)
    {
        file = [];
        if (canary is null)
        {
            return true;
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(manifestPath ?? string.Empty));
        using var stream = folder is null ? null : Open(Path.Combine(folder, canary.Picture), string.Empty);
        if (stream is not { Length: > 0 and <= ModelCanary.PictureBytesMax })
        {
            return false;
        }

        file = ReadAll(stream);
        return SHA256.HashData(file).AsSpan().SequenceEqual(canary.Sha256.Span);
    }

    private static ModelLoading CheckFile(ModelManifest manifest, Stream stream, byte[] canaryFile)
    {
        if (stream.Length != manifest.Bytes)
        {
            return Refused(ModelOutcome.DigestMismatch, "bytes: the model file has another length; restore the file or take its own manifest");
        }

        var bytes = ReadAll(stream);
        return SHA256.HashData(bytes).AsSpan().SequenceEqual(manifest.Sha256.Span)
            ? new ModelLoading(ModelOutcome.Trusted, [], new TrustedModel(manifest, bytes, canaryFile))
            : Refused(ModelOutcome.DigestMismatch, "sha256: the model file has another digest; restore the file or take its own manifest");
    }

    private static Stream? Open(string? path, string embeddedName)
    {
        if (path is null)
        {
            return typeof(ModelFile).Assembly.GetManifestResourceStream(embeddedName);
        }

        return File.Exists(path) ? File.OpenRead(path) : null;
    }

    private static byte[] ReadAll(Stream stream)
    {
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static ModelLoading Refused(ModelOutcome outcome, string finding) => new(outcome, [finding], null);
}
