using Gateway.Deidentification.Evaluation;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Evaluation;

public sealed class LabelFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public LabelFileTests()
    {
        Directory.CreateDirectory(_folder["clip"]);
        _folder.Write("one.jpg", []);
        _folder.Write("clip/0001.png", []);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Faces_come_with_their_tracks_and_pictures_without_faces_with_none()
    {
        var labels = Read("# by hand\n\nfile,track,x,y,width,height\none.jpg,a,1.5,2,30,40\none.jpg,b,-3,0,12,12\nclip/0001.png,,,,,\n");

        Assert.Empty(labels.Findings);
        Assert.Equal(2, labels.Count);
        Assert.Equal([("a", 1.5f, 4), ("b", -3f, 5)], labels.Faces["one.jpg"].Select(face => (face.Track, face.Box.X, face.Line)));
        Assert.Empty(labels.Faces["clip/0001.png"]);
    }

    [Fact]
    public void All_mistakes_are_told_at_once_with_their_lines()
    {
        var labels = Read(string.Join('\n', "file,track,x,y,width,height", "one.jpg,a,1,2,3", "none.jpg,,1,2,3,4", "../one.jpg,,1,2,3,4", "/one.jpg,,1,2,3,4",
            "one.jpg,,x,2,3,4", "one.jpg,,NaN,2,3,4", "one.jpg,,1e9,2,3,4", "one.jpg,,1,2,0,4", "one.jpg,a,1,2,3,4", "one.jpg,a,1,2,3,4", $"one.jpg,{new string('t', 65)},1,2,3,4", new string('x', 1025)));

        Assert.Equal([2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13], labels.Findings.Select(finding => finding.Line));
        Assert.All(labels.Findings, finding => Assert.True(finding.Remedy.Length > 10));
        Assert.Contains("line 10", labels.Findings[8].Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("file,track,x,y,width,height\n")]
    [InlineData("one.jpg,a,1,2,3,4\n")]
    [InlineData("file;track;x;y;width;height\none.jpg;a;1;2;3;4\n")]
    public void A_file_that_labels_nothing_is_refused_with_what_to_write(string text)
    {
        var finding = Assert.Single(Read(text).Findings);

        Assert.False(string.IsNullOrWhiteSpace(finding.Remedy));
    }

    [Fact]
    public void A_missing_file_is_a_finding_and_no_exception() => Assert.Single(LabelFile.Read(_folder["absent.csv"], _folder.Path).Findings);

    [Fact]
    public void Of_very_many_mistakes_the_first_are_kept_and_all_are_counted()
    {
        var labels = Read("file,track,x,y,width,height\n" + string.Concat(Enumerable.Repeat("absent.jpg,,1,2,3,4\n", 250)));

        Assert.Equal((LabelFile.FindingsMax, 251), (labels.Findings.Count, labels.FindingsCount));
    }

    private LabelFile Read(string text)
    {
        File.WriteAllText(_folder["labels.csv"], text);
        return LabelFile.Read(_folder["labels.csv"], _folder.Path);
    }
}
