using Gateway.Deidentification.Evaluation;

namespace Gateway.Deidentification.Tests.Evaluation;

public sealed class ProportionTests
{
    /// <summary>Intervals as published: Newcombe 1998 (method 3) for 81 of 263 and 15 of 148; the others by the formula in another tool.</summary>
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(1, 10, 0.0179, 0.4042)]
    [InlineData(50, 100, 0.4038, 0.5962)]
    public void The_interval_is_Wilsons(long hits, long total, double low, double high)
    {
        var proportion = new Proportion(hits, total);

        Assert.Equal(low, proportion.Low, 4);
        Assert.Equal(high, proportion.High, 4);
    }

    [Fact]
    public void Nothing_seen_is_not_nothing() => Assert.Equal((0, 3.0 / 40_000), (new Proportion(0, 40_000).Low, new Proportion(0, 40_000).High));

    [Fact]
    public void All_seen_is_not_always() => Assert.Equal((1 - (3.0 / 121), 1), (new Proportion(121, 121).Low, new Proportion(121, 121).High));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(2, 2)]
    public void A_handful_leaves_everything_open(long hits, long total) =>
        Assert.Equal((0, 1), (new Proportion(hits, total).Low, new Proportion(hits, total).High));
}
