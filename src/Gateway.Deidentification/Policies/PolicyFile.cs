using System.Text.Json;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Records;

namespace Gateway.Deidentification.Policies;

/// <summary>
/// Reads a policy: `id`, `version`, `releaseModel` (`nonPublic` where it is left out), and under `classes` a rule for every identifier class, either `{"action": "mask"}`, or
/// `{"action": "covered", "by": CLASS, "justification": TEXT}`, or `{"action": "none", "justification": TEXT}`. All broken rules are reported
/// at once.
/// </summary>
public static class PolicyFile
{
    /// <summary>Longest policy, 64 KiB.</summary>
    public const int FileBytesMax = 64 * 1024;

    /// <summary>Shortest justification, characters.</summary>
    public const int JustificationMin = 10;

    /// <summary>Longest justification, characters.</summary>
    public const int JustificationMax = 1024;

    /// <summary>Names of all classes, as they stand in the file.</summary>
    public static IReadOnlyDictionary<string, IdentifierClass> ClassNames { get; } =
        Enum.GetValues<IdentifierClass>().ToDictionary(identifier => JsonNamingPolicy.CamelCase.ConvertName(identifier.ToString()));

    private static IReadOnlyDictionary<string, ReleaseModel> ReleaseNames { get; } =
        Enum.GetValues<ReleaseModel>().ToDictionary(release => JsonNamingPolicy.CamelCase.ConvertName(release.ToString()));

    /// <summary>Reads a policy; none where anything is wrong with it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="detector">Knows which classes are looked for; null where that is checked later.</param>
    /// <param name="findings">Every broken rule, each with its place and what to write instead.</param>
    public static DeidentificationPolicy? Read(string path, IRegionDetector? detector, out IReadOnlyList<string> findings)
    {
        var found = new List<string>();
        findings = found;
        try
        {
            var length = new FileInfo(path).Length;
            if (length is 0 or > FileBytesMax)
            {
                found.Add($"the policy has {length} bytes; 1 to {FileBytesMax} can be read");
                return null;
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = 8 });
            var policy = Read(document.RootElement, detector, found);
            return found.Count == 0 ? policy : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            found.Add("the policy cannot be read as JSON; write id, version and classes");
            return null;
        }
    }

    private static DeidentificationPolicy Read(JsonElement root, IRegionDetector? detector, List<string> found)
    {
        var id = TextOf(root, "id");
        if (id.Length is 0 or > 64)
        {
            found.Add("id: must be a text of 1 to 64 characters");
        }

        var version = 0;
        if (Find(root, "version", JsonValueKind.Number) is not { } number || !number.TryGetInt32(out version) || version < 1)
        {
            found.Add("version: must be a whole number from 1; raise it with every change");
        }

        foreach (var name in NamesOf(root).Except(["id", "version", "releaseModel", "classes"]))
        {
            found.Add($"{name}: there is no such field; use id, version, releaseModel and classes");
        }

        var rules = new Dictionary<IdentifierClass, IdentifierRule>();
        var classes = Find(root, "classes", JsonValueKind.Object) ?? default;
        foreach (var (name, identifier) in ClassNames)
        {
            if (Find(classes, name, JsonValueKind.Object) is { } rule)
            {
                rules[identifier] = ReadRule(name, rule, found);
            }
            else
            {
                found.Add($"classes.{name}: is not there; say mask, covered or none, and for the latter two why");
            }
        }

        foreach (var name in NamesOf(classes).Where(name => !ClassNames.ContainsKey(name)))
        {
            found.Add($"classes.{name}: there is no such class; known are {string.Join(", ", ClassNames.Keys)}");
        }

        foreach (var (identifier, rule) in rules)
        {
            Check(identifier, rule, rules, detector, found);
        }

        return new DeidentificationPolicy(new PolicyReference(id, version, ReadRelease(root, found)), rules);
    }

    private static ReleaseModel ReadRelease(JsonElement root, List<string> found)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("releaseModel", out _))
        {
            return ReleaseModel.NonPublic;
        }

        if (!ReleaseNames.TryGetValue(TextOf(root, "releaseModel"), out var release))
        {
            found.Add($"releaseModel: must be {string.Join(", ", ReleaseNames.Keys)}");
            return ReleaseModel.NonPublic;
        }

        if (!ReleaseRule.Allows(DataStage.Pseudonymized, release))
        {
            found.Add("releaseModel: people with masked faces may still be known by body, clothing or place, and such data is not for everybody; write nonPublic or semiPublic");
        }

        return release;
    }

    private static IdentifierRule ReadRule(string name, JsonElement element, List<string> found)
    {
        var action = TextOf(element, "action");
        if (action is not ("mask" or "covered" or "none"))
        {
            found.Add($"classes.{name}.action: must be mask, covered or none");
        }

        var justification = TextOf(element, "justification");
        if (action is "covered" or "none" && justification.Length is < JustificationMin or > JustificationMax)
        {
            found.Add($"classes.{name}.justification: must say in {JustificationMin} to {JustificationMax} characters why it is not masked itself");
        }

        IdentifierClass? by = ClassNames.TryGetValue(TextOf(element, "by"), out var known) ? known : null;
        foreach (var field in NamesOf(element).Except(["action", "by", "justification"]))
        {
            found.Add($"classes.{name}.{field}: there is no such field; use action, by and justification");
        }

        return new IdentifierRule(
            action switch { "covered" => IdentifierAction.Covered, "mask" => IdentifierAction.Mask, _ => IdentifierAction.None }, by, justification);
    }

    private static void Check(
        IdentifierClass identifier, IdentifierRule rule, Dictionary<IdentifierClass, IdentifierRule> rules, IRegionDetector? detector, List<string> found)
    {
        var name = JsonNamingPolicy.CamelCase.ConvertName(identifier.ToString());
        var region = DeidentificationPolicy.RegionOf(identifier);
        if (identifier == IdentifierClass.Face && rule.Action != IdentifierAction.Mask)
        {
            found.Add("classes.face.action: must be mask; a node that leaves faces alone is no gateway");
        }
        else if (rule.Action == IdentifierAction.Mask && region is null)
        {
            found.Add($"classes.{name}.action: no model can look for this class; say by which class it is covered, or none and why");
        }
        else if (rule.Action == IdentifierAction.Mask && detector is not null && !detector.Finds(region!.Value))
        {
            found.Add($"classes.{name}.action: no model of this node looks for it; name one under Deidentification:RegionModels, or say none and why");
        }
        else if (rule.Action == IdentifierAction.Covered
            && (rule.By is not { } by || by == identifier || !rules.TryGetValue(by, out var cover) || cover.Action != IdentifierAction.Mask))
        {
            found.Add($"classes.{name}.by: must name another class whose action is mask");
        }
    }

    private static string TextOf(JsonElement element, string name) => Find(element, name, JsonValueKind.String)?.GetString() ?? string.Empty;

    private static IEnumerable<string> NamesOf(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object ? element.EnumerateObject().Select(member => member.Name) : [];

    private static JsonElement? Find(JsonElement element, string name, JsonValueKind kind) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var found) && found.ValueKind == kind ? found : null;
}
