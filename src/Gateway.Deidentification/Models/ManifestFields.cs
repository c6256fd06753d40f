using System.Text.Json;

namespace Gateway.Deidentification.Models;

/// <summary>The fields of one JSON object; a field that is absent or of the wrong kind is reported and read as empty.</summary>
internal readonly struct ManifestFields(JsonElement element, string path, List<string> findings)
{
    public bool Has(string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out _);

    public ManifestFields Child(string name)
    {
        var found = Find(name, JsonValueKind.Object);
        if (found is null)
        {
            Report(name, "must be an object");
        }

        // The fields of a child that is absent need no findings of their own.
        return new ManifestFields(found ?? default, $"{path}{name}.", found is null ? [] : findings);
    }

    public string Text(string name, int lengthMax)
    {
        var text = Find(name, JsonValueKind.String)?.GetString() ?? string.Empty;
        if (text.Length == 0 || text.Length > lengthMax)
        {
            Report(name, $"must be a text of 1 to {lengthMax} characters");
        }

        return text;
    }

    /// <summary>The text, or none without a finding.</summary>
    public string TextOrEmpty(string name) => Find(name, JsonValueKind.String)?.GetString() ?? string.Empty;

    /// <summary>One of a few words; the first of them where it is none.</summary>
    public string OneOf(string name, params ReadOnlySpan<string> known)
    {
        if (Text(name, 64) is { Length: > 0 } text)
        {
            if (known.Contains(text))
            {
                return text;
            }

            Report(name, $"'{text.ReplaceLineEndings(" ")}' is not known; known are {string.Join(", ", known)}");
        }

        return known[0];
    }

    /// <summary>True or false; false where it is absent.</summary>
    public bool Flag(string name)
    {
        if (!Has(name))
        {
            return false;
        }

        var value = element.GetProperty(name).ValueKind;
        if (value is not (JsonValueKind.True or JsonValueKind.False))
        {
            Report(name, "must be true or false");
        }

        return value == JsonValueKind.True;
    }

    /// <summary>Texts of 1 to 64 characters; none where the field is absent.</summary>
    public List<string> Texts(string name, int countMax)
    {
        if (!Has(name))
        {
            return [];
        }

        var array = Find(name, JsonValueKind.Array);
        if (array is null || array.Value.GetArrayLength() > countMax
            || array.Value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String || item.GetString()!.Length is 0 or > 64))
        {
            Report(name, $"must be an array of at most {countMax} texts of 1 to 64 characters");
            return [];
        }

        return [.. array.Value.EnumerateArray().Select(item => item.GetString()!)];
    }

    public int Whole(string name, int min, int max)
    {
        if (Find(name, JsonValueKind.Number) is { } number && number.TryGetInt32(out var value) && value >= min && value <= max)
        {
            return value;
        }

        Report(name, $"must be a whole number from {min} to {max}");
        return min;
    }

    public float Share(string name)
    {
        if (Find(name, JsonValueKind.Number) is { } number && number.TryGetSingle(out var value) && value is > 0 and < 1)
        {
            return value;
        }

        Report(name, "must be a number above 0 and below 1");
        return 0.5f;
    }

    /// <summary>A number that may be absent.</summary>
    public float Optional(string name, float min, float max, float absent)
    {
        if (!Has(name))
        {
            return absent;
        }

        if (Find(name, JsonValueKind.Number) is { } number && number.TryGetSingle(out var value) && value >= min && value <= max)
        {
            return value;
        }

        Report(name, FormattableString.Invariant($"must be a number from {min} to {max}"));
        return absent;
    }

    public List<double> Numbers(string name, int countMax)
    {
        var array = Find(name, JsonValueKind.Array);
        if (array is null || array.Value.GetArrayLength() > countMax || array.Value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Number))
        {
            Report(name, $"must be an array of at most {countMax} numbers");
            return [];
        }

        return [.. array.Value.EnumerateArray().Select(item => item.GetDouble())];
    }

    /// <summary>A SHA-256, 32 bytes.</summary>
    /// <param name="name">Name of the field.</param>
    /// <param name="subject">What it is the digest of, for who has to take it.</param>
    public byte[] Digest(string name, string subject)
    {
        var digest = new byte[32];
        if (Convert.FromHexString(Text(name, 64), digest, out _, out var written) != System.Buffers.OperationStatus.Done || written != digest.Length)
        {
            Report(name, $"must be 64 hexadecimal digits; take them from `sha256sum` over {subject}");
        }

        return digest;
    }

    /// <summary>All fields that are numbers, in the order of their names.</summary>
    public List<KeyValuePair<string, double>> Figures() => element.ValueKind != JsonValueKind.Object
        ? []
        : [.. element.EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.Number)
            .Select(field => KeyValuePair.Create(field.Name, field.Value.GetDouble())).OrderBy(field => field.Key, StringComparer.Ordinal)];

    public void Report(string name, string rule) => findings.Add($"{path}{name}: {rule}");

    private JsonElement? Find(string name, JsonValueKind kind) =>
        Has(name) && element.GetProperty(name) is var found && found.ValueKind == kind ? found : null;
}
