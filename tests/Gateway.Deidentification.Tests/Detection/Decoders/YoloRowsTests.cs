using System.Text.Json.Nodes;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Detection.Decoders;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Detection.Decoders;

public sealed class YoloRowsTests : IDisposable
{
    private const uint Red = 0xFFFF0000;
    private const uint Green = 0xFF00FF00;
    private const uint Blue = 0xFF0000FF;

    private static readonly PixelRect Square = new(64, 32, 112, 80);
    private static readonly PixelRect Elsewhere = new(144, 120, 176, 152);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("classes", "3", "[1, 6, 128]")]
    [InlineData("classes", "1", "[1, 6, 128]")]
    [InlineData("objectness", "true", "[1, 6, 128]")]
    [InlineData("order", "\"rows-first\"", "[1, 6, 128]")]
    [InlineData("rowsPerCell", "3", "[1, 6, 128]")]
    [InlineData("output", "\"output0\"", "rows")]
    public void A_model_whose_output_is_another_is_refused_and_told_what_it_has(string field, string value, string told)
    {
        var model = DrawnModels.Rows();
        var manifest = DrawnModels.RowsManifest(model);
        manifest["rows"]![field] = JsonNode.Parse(value);

        var (outcome, _, findings) = DrawnModels.Open(_folder, manifest, model);

        Assert.Equal(ModelOutcome.InterfaceMismatch, outcome);
        Assert.Contains(findings, finding => finding.Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_whose_scores_are_raw_numbers_is_refused()
    {
        var model = DrawnModels.Rows(raise: -3);

        var (outcome, _, findings) = DrawnModels.Open(_folder, DrawnModels.RowsManifest(model), model);

        Assert.Equal(ModelOutcome.InterfaceMismatch, outcome);
        Assert.Contains("sigmoid", Assert.Single(findings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_score_above_one_closes_the_frame()
    {
        var decoder = new YoloRows(Layout(), [8]);
        float[] rows = [8, 8, 16, 16, 1.5f, 0];

        Assert.Equal(DetectionOutcome.NotFinite, decoder.TryAdd(rows, Pass(8, 8), 0.3f, new Candidates(10)));
    }

    [Fact]
    public void More_rows_than_fit_are_saturation()
    {
        var decoder = new YoloRows(Layout(), [8]);
        var rows = new float[4 * 6];
        Array.Fill(rows, 0.9f);

        Assert.Equal(DetectionOutcome.Saturated, decoder.TryAdd(rows, Pass(16, 16), 0.3f, new Candidates(3)));
        Assert.Equal(DetectionOutcome.Detected, decoder.TryAdd(rows, Pass(16, 16), 0.3f, new Candidates(4)));
    }

    [Fact]
    public void An_answer_that_is_no_number_closes_the_frame()
    {
        var model = DrawnModels.Rows();
        using var detector = DrawnModels.Opened(_folder, DrawnModels.RowsManifest(model), model);
        using var picture = DrawnModels.Picture(200, 160, (Square, Green));

        Assert.Equal(DetectionOutcome.NotFinite, detector.Detect(picture, CancellationToken.None).Outcome);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void What_is_there_is_found_and_other_classes_are_not(bool isValuesFirst, bool hasObjectness)
    {
        var model = DrawnModels.Rows(isValuesFirst, hasObjectness);
        using var detector = DrawnModels.Opened(_folder, DrawnModels.RowsManifest(model, isValuesFirst, hasObjectness), model);
        using var picture = DrawnModels.Picture(200, 160, (Square, Red), (Elsewhere, Blue));

        var result = detector.Detect(picture, CancellationToken.None);

        Assert.Equal(DetectionOutcome.Detected, result.Outcome);
        Assert.True(DrawnModels.Cover(result.Regions, Square));
        Assert.All(result.Regions, region => Assert.Equal(RegionClass.Person, region.Class));
        Assert.DoesNotContain(result.Regions, region => region.Box.Touches(new RegionBox(Elsewhere.Left, Elsewhere.Top, Elsewhere.Width, Elsewhere.Height)));
    }

    [Theory]
    [InlineData("[1]", false, true)]
    [InlineData("[0, 1]", true, true)]
    public void Only_the_classes_that_are_named_count(string found, bool isRedFound, bool isBlueFound)
    {
        var model = DrawnModels.Rows();
        var manifest = DrawnModels.RowsManifest(model);
        manifest["rows"]!["found"] = JsonNode.Parse(found);
        using var detector = DrawnModels.Opened(_folder, manifest, model);
        using var picture = DrawnModels.Picture(200, 160, (Square, Red), (Elsewhere, Blue));

        var regions = detector.Detect(picture, CancellationToken.None).Regions;

        Assert.Equal((isRedFound, isBlueFound), (DrawnModels.Cover(regions, Square), DrawnModels.Cover(regions, Elsewhere)));
    }

    [Fact]
    public void A_model_of_one_size_sees_every_place_of_a_larger_picture()
    {
        var model = DrawnModels.Rows(height: 64, width: 96);
        var manifest = DrawnModels.RowsManifest(model);
        manifest["input"]!["fixedSize"] = new JsonArray(96, 64);
        using var detector = DrawnModels.Opened(_folder, manifest, model);
        Assert.True(detector.Covers(420, 300));
        for (var top = 0; top <= 300 - 40; top += 52)
        {
            for (var left = 0; left <= 420 - 40; left += 76)
            {
                var square = new PixelRect(left, top, left + 40, top + 40);
                using var picture = DrawnModels.Picture(420, 300, (square, Red));

                var result = detector.Detect(picture, CancellationToken.None);

                // A cell that is red to a small part is below the threshold: the rim may be open, the middle must not.
                Assert.True(DrawnModels.Cover(result.Regions, new PixelRect(left + 8, top + 8, left + 32, top + 32)), $"{left}, {top}: {result.Outcome}");
            }
        }
    }

    [Fact]
    public void A_model_of_one_size_is_refused_where_its_manifest_does_not_say_so()
    {
        var model = DrawnModels.Rows(height: 64, width: 96);

        var (outcome, _, findings) = DrawnModels.Open(_folder, DrawnModels.RowsManifest(model), model);

        Assert.Equal(ModelOutcome.InterfaceMismatch, outcome);
        Assert.Contains("fixedSize", Assert.Single(findings), StringComparison.Ordinal);
    }

    private static RowsLayout Layout() => new() { Output = "rows", IsValuesFirst = true, Classes = 2, Found = [0] };

    private static Pass Pass(int width, int height) => new(new PixelRect(0, 0, width, height), width, height, new CanvasSize(width, height), 300);
}
