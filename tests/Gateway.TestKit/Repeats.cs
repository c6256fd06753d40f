using System.Globalization;

namespace Gateway.TestKit;

/// <summary>How often or how large: a small number in the default suite, the same test with a large one when the environment says so.</summary>
public static class Repeats
{
    /// <summary>The number in an environment variable, or the default.</summary>
    public static int Of(string variable, int usual) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : usual;
}
