using System.Diagnostics.CodeAnalysis;

namespace Gateway.Sealing.Certificates;

/// <summary>
/// The identity of a gateway, <c>xvide://provider/gateway</c>: the one URI in the subject alternative name of its certificates. The common
/// name of a certificate means nothing here.
/// </summary>
public sealed record GatewayUri
{
    /// <summary>Longest text that can be a URI of a gateway.</summary>
    public const int CharsMax = 140;

    private const string Scheme = "xvide://";
    private const int NameCharsMax = 63;

    private GatewayUri(string provider, string gateway)
    {
        Provider = provider;
        Gateway = gateway;
    }

    /// <summary>Telecommunication service provider: 1 to 63 of a-z, 0-9 and, not first, a hyphen.</summary>
    public string Provider { get; }

    /// <summary>Gateway of that provider, formed like <see cref="Provider"/>.</summary>
    public string Gateway { get; }

    /// <summary>Reads the exact form. There is one spelling: no upper case, port, query, fragment, escape or trailing slash.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out GatewayUri? uri)
    {
        uri = null;
        if (text is null || text.Length > CharsMax || !text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return false;
        }

        var names = text[Scheme.Length..].Split('/');
        if (names.Length == 2 && IsName(names[0]) && IsName(names[1]))
        {
            uri = new GatewayUri(names[0], names[1]);
        }

        return uri is not null;
    }

    /// <summary>Reads the exact form.</summary>
    /// <exception cref="FormatException">The text is not the URI of a gateway.</exception>
    public static GatewayUri Parse(string text) =>
        TryParse(text, out var uri) ? uri : throw new FormatException("The text is not the URI of a gateway, xvide://provider/gateway.");

    /// <summary>True for a text that can name a provider or a gateway.</summary>
    public static bool IsName(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is >= 1 and <= NameCharsMax
            && text[0] != '-'
            && text.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-');
    }

    /// <summary>The URI.</summary>
    public override string ToString() => $"{Scheme}{Provider}/{Gateway}";
}
