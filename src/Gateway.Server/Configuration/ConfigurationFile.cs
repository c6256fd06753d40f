using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Server.Configuration;

/// <summary>Reads the configuration file: strict JSON, where a name that no setting has is a finding and not silently a default.</summary>
internal static class ConfigurationFile
{
    /// <summary>A larger file is refused before it is read.</summary>
    private const int FileBytesMax = 1024 * 1024;

    private static readonly JsonSerializerOptions Options = new()
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip, // UnknownSettings names all of them at once
        Converters = { new JsonStringEnumConverter(allowIntegerValues: false) },
    };

    /// <summary>
    /// Loads and checks a file. Relative paths in it are taken from its own folder, so that a node can be started from anywhere.
    /// </summary>
    /// <returns>The configuration, or null when it could not be used; and all findings.</returns>
    public static (GatewayConfiguration? Configuration, IReadOnlyList<Finding> Findings) Load(string path)
    {
        var findings = new Findings();
        var configuration = Parse(path, findings);
        configuration?.Validate(findings);
        return (findings.Any ? null : configuration, findings.All);
    }

    private static GatewayConfiguration? Parse(string path, Findings findings)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > FileBytesMax)
        {
            findings.Add(path, file.Exists ? "the file is larger than 1 MiB" : "there is no such file", "name a configuration file with --config");
            return null;
        }

        try
        {
            var bytes = File.ReadAllBytes(path);
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions
            {
                CommentHandling = JsonCommentHandling.Skip,
                AllowTrailingCommas = true,
                AllowDuplicateProperties = false,
                MaxDepth = 16,
            });
            UnknownSettings.Report(document.RootElement, typeof(GatewayConfiguration), findings);
            var configuration = document.RootElement.Deserialize<GatewayConfiguration>(Options);
            if (configuration is null)
            {
                findings.Add(path, "it says nothing but null", "write a configuration; deploy/gateway.example.json has every setting");
                return null;
            }

            RelativePaths.Resolve(configuration, file.Directory!.FullName, findings);
            return configuration;
        }
        catch (JsonException refused)
        {
            var where = refused.Path is { Length: > 1 } setting ? setting.TrimStart('$', '.') : path;
            findings.Add(where, $"it cannot be read (line {refused.LineNumber + 1})", "correct the value; deploy/gateway.example.json has every setting");
            return null;
        }
        catch (InvalidOperationException)
        {
            // The reader throws this for a text that is no Unicode, and only when that text is looked at.
            findings.Add(path, "a text in it is no UTF-8", "save it as UTF-8; deploy/gateway.example.json has every setting");
            return null;
        }
    }
}
