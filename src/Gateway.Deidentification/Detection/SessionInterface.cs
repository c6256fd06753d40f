using Gateway.Deidentification.Models;
using Microsoft.ML.OnnxRuntime;

namespace Gateway.Deidentification.Detection;

/// <summary>Checks that a loaded model has exactly the inputs and outputs its manifest promises, by name and, in one run, by shape.</summary>
internal static class SessionInterface
{
    public static ModelOutcome Check(DetectorSession session)
    {
        var (manifest, inference) = (session.Manifest, session.Inference);
        var isNamed = inference.InputNames.SequenceEqual([manifest.InputName])
            && inference.OutputNames.Order(StringComparer.Ordinal).SequenceEqual(YunetHeads.AllNamesOf(manifest).Order(StringComparer.Ordinal))
            && inference.InputMetadata[manifest.InputName].ElementDataType == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float;
        return isNamed && HasShapes(session) ? ModelOutcome.Trusted : ModelOutcome.InterfaceMismatch;
    }

    /// <summary>The runtime chooses the shapes here; later they are bound to fixed memory, and a model that disagrees would fail on frames.</summary>
    private static bool HasShapes(DetectorSession session)
    {
        var canvas = ProbeCanvas(session.Manifest);
        using var input = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, new float[3 * canvas.Area].AsMemory(), [1, 3, canvas.Height, canvas.Width]);
        var names = session.Outputs.Select(output => output.Name).ToList();
        using var outputs = session.Inference.Run(session.RunOptionsNow, [session.Manifest.InputName], [input], names);
        return session.Outputs.Zip(outputs).All(pair => IsOf(pair.Second, [1, canvas.CellsAt(pair.First.Stride), pair.First.Values]));
    }

    private static bool IsOf(OrtValue value, long[] shape)
    {
        var type = value.GetTensorTypeAndShape();
        return type.ElementDataType == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float && type.Shape.SequenceEqual(shape);
    }

    /// <summary>Two different sides, so that a model that swaps them is noticed.</summary>
    private static CanvasSize ProbeCanvas(ModelManifest manifest)
    {
        var side = (63 / manifest.InputMultipleOf * manifest.InputMultipleOf) + manifest.InputMultipleOf;
        return new CanvasSize(2 * side, side);
    }
}
