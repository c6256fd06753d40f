using Gateway.Sealing.Certificates;

namespace Gateway.Sealing.Tests.Certificates;

public sealed class GatewayUriTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("alpha/gw1")]
    [InlineData("https://alpha/gw1")]
    [InlineData("XVIDE://alpha/gw1")]
    [InlineData("xvide:/alpha/gw1")]
    [InlineData("xvide://alpha")]
    [InlineData("xvide://alpha/")]
    [InlineData("xvide:///gw1")]
    [InlineData("xvide://Alpha/gw1")]
    [InlineData("xvide://alpha/gw1/")]
    [InlineData("xvide://alpha/gw1/x")]
    [InlineData("xvide://alpha:443/gw1")]
    [InlineData("xvide://user@alpha/gw1")]
    [InlineData("xvide://alpha/gw1?x")]
    [InlineData("xvide://alpha/gw1#x")]
    [InlineData("xvide://alpha.example/gw1")]
    [InlineData("xvide://-alpha/gw1")]
    [InlineData("xvide://alpha/-gw1")]
    [InlineData("xvide://al%70ha/gw1")]
    [InlineData("xvide://αlpha/gw1")]
    [InlineData("xvide://alpha/gw1\0")]
    [InlineData("xvide://alpha/gw1\n")]
    [InlineData(" xvide://alpha/gw1")]
    public void Anything_but_the_one_spelling_is_refused(string? text) => Assert.False(GatewayUri.TryParse(text, out _));

    [Fact]
    public void A_name_of_64_characters_is_refused()
    {
        Assert.False(GatewayUri.TryParse($"xvide://{new string('a', 64)}/gw1", out _));
        Assert.False(GatewayUri.TryParse($"xvide://alpha/{new string('a', 64)}", out _));
    }

    [Fact]
    public void A_text_that_is_no_identity_is_not_repeated_in_the_error()
    {
        var error = Assert.Throws<FormatException>(() => GatewayUri.Parse("xvide://subscriber-441234567890@alpha/gw1"));

        Assert.DoesNotContain("441234567890", error.Message);
    }

    [Theory]
    [InlineData("xvide://alpha/gw1")]
    [InlineData("xvide://0/0")]
    [InlineData("xvide://a-b-/c--")]
    public void The_one_spelling_comes_back_as_it_was(string text) => Assert.Equal(text, GatewayUri.Parse(text).ToString());

    [Fact]
    public void The_longest_names_fit()
    {
        var name = new string('a', 63);

        var uri = GatewayUri.Parse($"xvide://{name}/{name}");

        Assert.Equal((name, name), (uri.Provider, uri.Gateway));
        Assert.True(uri.ToString().Length <= GatewayUri.CharsMax);
    }
}
