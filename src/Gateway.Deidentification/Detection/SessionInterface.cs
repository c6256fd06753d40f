using Gateway.Deidentification.Detection.Decoders;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Gateway.Deidentification.Detection;

/// <summary>
/// Checks that a loaded model has exactly the input and outputs its manifest promises: by name, by type, and in one run by shape. Every finding
/// says what the model has, so that the manifest can be put right.
/// </summary>
internal static class SessionInterface
{
    private const int Channels = 3;

    /// <summary>What does not fit; empty where all does.</summary>
    public static IReadOnlyList<string> Check(DetectorSession session)
    {
        var canvas = ProbeCanvas(session);
        string[] findings = [.. InputFindings(session, canvas), .. NameFindings(session, canvas)];
        return findings.Length == 0 ? OutputFindings(session, canvas) : findings;
    }

    private static IEnumerable<string> InputFindings(DetectorSession session, CanvasSize canvas)
    {
        var (input, inference) = (session.Manifest.Input, session.Inference);
        if (!inference.InputNames.SequenceEqual([input.Name]))
        {
            return [$"input.name: the model has {string.Join(", ", inference.InputNames)}; it must have one input, of the name in the manifest"];
        }

        var found = inference.InputMetadata[input.Name];
        if (found.ElementDataType != TensorElementType.Float)
        {
            return [$"input: the model takes {found.ElementDataType}; only float32 is written, export the model so"];
        }

        // A side that the model leaves open is -1.
        long[] wanted = [1, Channels, canvas.Height, canvas.Width];
        return found.Dimensions.Length == wanted.Length && found.Dimensions.Zip(wanted).All(side => side.First <= 0 || side.First == side.Second)
            ? []
            : [$"input: the model takes [{string.Join(", ", found.Dimensions)}], the manifest says [{string.Join(", ", wanted)}] for one picture; write input.fixedSize [width, height] where the sides are fixed, and export a model with channels last as NCHW"];
    }

    private static IEnumerable<string> NameFindings(DetectorSession session, CanvasSize canvas)
    {
        var known = session.Decoder.OutputsFor(canvas).Select(output => output.Name).Concat(session.Decoder.UnreadOutputs).ToList();
        foreach (var missing in known.Except(session.Inference.OutputNames))
        {
            yield return $"outputs: the model has no {missing}; it has {string.Join(", ", session.Inference.OutputNames)}";
        }

        foreach (var unknown in session.Inference.OutputNames.Except(known).Except(session.Manifest.IgnoredOutputs))
        {
            yield return $"outputs: nobody reads {unknown}; if nothing of it is needed, name it under ignoredOutputs";
        }
    }

    /// <summary>
    /// The runtime chooses the shapes here; later they are bound to fixed memory, and a model that disagrees would fail on frames. What it says
    /// about a black picture must be sound as well: raw numbers where scores should be show at once.
    /// </summary>
    private static List<string> OutputFindings(DetectorSession session, CanvasSize canvas)
    {
        var wanted = session.Decoder.OutputsFor(canvas);
        using var input = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, new float[Channels * canvas.Area].AsMemory(), [1, Channels, canvas.Height, canvas.Width]);
        using var outputs = session.Inference.Run(session.RunOptionsNow, [session.Manifest.Input.Name], [input], [.. wanted.Select(output => output.Name)]);
        var findings = wanted.Zip(outputs).Where(pair => !IsOf(pair.Second, pair.First)).Select(pair => Mismatch(pair.First, pair.Second, canvas)).ToList();
        if (findings.Count > 0)
        {
            return findings;
        }

        float[] values = [.. outputs.SelectMany(output => output.GetTensorDataAsSpan<float>().ToArray())];
        return FloatValues.AreFinite(values) && session.Decoder.AreScores(values, canvas)
            ? []
            : ["outputs: about a black picture the model gives scores that are not from 0 to 1; put the sigmoid into the model, or name another decoder"];
    }

    private static bool IsOf(OrtValue value, ModelOutput wanted)
    {
        var type = value.GetTensorTypeAndShape();
        return type.ElementDataType == TensorElementType.Float && type.Shape.SequenceEqual(wanted.Shape);
    }

    private static string Mismatch(ModelOutput wanted, OrtValue value, CanvasSize canvas)
    {
        var type = value.GetTensorTypeAndShape();
        return $"outputs: for a picture of {canvas.Width}x{canvas.Height} the model gives {wanted.Name} [{string.Join(", ", type.Shape)}] of {type.ElementDataType}, the manifest says {wanted} of Float";
    }

    /// <summary>Two different sides where both are free, so that a model that swaps them is noticed.</summary>
    private static CanvasSize ProbeCanvas(DetectorSession session)
    {
        var rule = CanvasRule.Of(session.Manifest.Input);
        var side = rule.RoundUp(64);
        return rule.Fixed ?? new CanvasSize(2 * side, side);
    }
}
