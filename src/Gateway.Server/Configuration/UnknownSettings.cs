using System.Reflection;
using System.Text.Json;

namespace Gateway.Server.Configuration;

/// <summary>
/// Names every setting of a file that nothing reads. A misspelt limit that quietly stays at its default is an accident waiting.
/// </summary>
internal static class UnknownSettings
{
    public static void Report(JsonElement element, Type type, Findings findings, string path = "")
    {
        if (element.ValueKind == JsonValueKind.Array && ElementType(type) is { } item)
        {
            var index = 0;
            foreach (var entry in element.EnumerateArray())
            {
                Report(entry, item, findings, $"{path}[{index++}]");
            }
        }
        else if (element.ValueKind == JsonValueKind.Object && type.Namespace == typeof(UnknownSettings).Namespace)
        {
            ReportMembers(element, type, findings, path);
        }
    }

    private static void ReportMembers(JsonElement element, Type type, Findings findings, string path)
    {
        var known = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite)
            .ToDictionary(property => property.Name);
        foreach (var member in element.EnumerateObject())
        {
            var name = path.Length == 0 ? member.Name : $"{path}:{member.Name}";
            if (known.TryGetValue(member.Name, out var property))
            {
                Report(member.Value, property.PropertyType, findings, name);
            }
            else
            {
                findings.Add(name, "there is no such setting", $"remove it, or use one of {string.Join(", ", known.Keys.Order())}");
            }
        }
    }

    private static Type? ElementType(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;
}
