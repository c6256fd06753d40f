using System.Globalization;
using System.Text;
using Gateway.Deidentification.Tracking;

namespace Gateway.Deidentification.Tests.Tracking;

/// <summary>
/// The promise of hold and look-ahead: how many faces are in the clear on at least one of 300 frames, by how the detector misses. The
/// expected shares come from 40,000 tracks a cell of another program, written from the same description; the default run has 2,000.
/// </summary>
public sealed class ExposureTests(ITestOutputHelper output)
{
    /// <summary>Tracks a cell; 40000 repeats the table as it was published.</summary>
    private const string TracksVariable = "GATEWAY_EXPOSURE_TRACKS";

    /// <summary>Tracks a cell of the published table.</summary>
    private const int ExpectedTracks = 40_000;

    /// <summary>The published shares have three digits.</summary>
    private const double Rounding = 0.0005;

    private static readonly int Tracks = int.Parse(Environment.GetEnvironmentVariable(TracksVariable) ?? "2000", CultureInfo.InvariantCulture);

    private static readonly (string Name, TrackingProfile Profile)[] Profiles =
    [
        ("none", new(0, 0)), ("H3", new(0, 3)), ("H15", new(0, 15)), ("live", TrackingProfile.Live), ("assured", TrackingProfile.Assured),
        ("H30 L15", new(15, 30)), ("archive", TrackingProfile.Archive),
    ];

    public static TheoryData<double, double, double[]> Rows => new()
    {
        { 0.01, 1, [0.950, 0.010, 0.010, 0, 0, 0, 0] },
        { 0.05, 4, [0.983, 0.817, 0.094, 0.023, 0.0015, 0.00065, 0] },
        { 0.05, 10, [0.805, 0.695, 0.294, 0.186, 0.073, 0.023, 0.0068] },
        { 0.15, 6, [1.000, 0.994, 0.470, 0.220, 0.045, 0.012, 0.0013] },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Exposure_falls_with_hold_and_look_ahead_as_promised(double missShare, double meanBurst, double[] expected)
    {
        var shares = Profiles.Select(named => ExposureSimulation.Run(new MissModel(missShare, meanBurst), named.Profile, Tracks, seed: 42)).ToList();

        output.WriteLine(Describe(missShare, meanBurst, shares));
        Assert.All(shares.Zip(shares.Skip(1)), pair => Assert.True(pair.First >= pair.Second, $"not falling: {string.Join(" ", shares)}"));
        Assert.All(shares.Zip(expected), pair => Assert.True(
            WilsonInterval.Of(pair.First, Tracks, ExpectedTracks).Holds(pair.Second, Rounding), $"{pair} of {string.Join(" ", shares)}"));
        Assert.True(meanBurst == 1 || (shares[3] > shares[4] && shares[4] >= shares[6]), $"live, assured, archive out of order: {string.Join(" ", shares)}");
    }

    [Fact]
    public void Gaps_in_the_numbers_are_no_more_dangerous_than_misses_as_long()
    {
        // Bursts of misses that are drops instead: the tracker is told, so that hold and look-ahead span them.
        var dropped = ExposureSimulation.Run(new MissModel(0.05, 4), TrackingProfile.Assured, Tracks, seed: 42, areDropped: true);

        Assert.InRange(dropped, 0, WilsonInterval.Of(0.0015, Tracks, ExpectedTracks).High);
    }

    private static string Describe(double missShare, double meanBurst, List<double> shares)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"misses {missShare:P0} in bursts of {meanBurst}, {Tracks} tracks, share exposed [95 % interval]:");
        foreach (var ((name, _), share) in Profiles.Zip(shares))
        {
            var interval = WilsonInterval.Of(share, Tracks);
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"  {name,-8} {share,8:P3}  [{interval.Low:P3}, {interval.High:P3}]");
        }

        return text.ToString();
    }
}
