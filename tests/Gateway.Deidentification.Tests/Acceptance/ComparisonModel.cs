using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Models;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Acceptance;

/// <summary>The detector of others that tests compare with; its manifest is the one an operator uses to plug it in.</summary>
internal sealed class ComparisonModel
{
    private ComparisonModel(string path) => Path = path;

    public string Path { get; }

    public static ComparisonModel Require()
    {
        var path = Repository.PathOf("..", "shared", "models", "comparison", "yunet_n_dynamic.onnx");
        Assert.SkipUnless(File.Exists(path), "needs the comparison model beside the repository");
        return new ComparisonModel(path);
    }

    public OnnxDetector Open()
    {
        var manifest = Repository.PathOf("deploy", "models", "yunet-n.json");
        var loading = ModelFile.Load(new ModelOptions { ModelPath = Path, ManifestPath = manifest }, TimeProvider.System);
        Assert.True(loading.Model is not null, string.Join("; ", loading.Findings));
        return OnnxDetector.Open(loading.Model, new DetectorOptions()).Detector!;
    }
}
