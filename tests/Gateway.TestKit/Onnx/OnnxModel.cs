using System.Runtime.InteropServices;
using System.Text;

namespace Gateway.TestKit.Onnx;

/// <summary>
/// A model taken apart, so that a test can put nodes behind it (ONNX IR, onnx.proto: model.graph = 7; graph.node = 1, initializer = 5,
/// output = 12; node.input = 1, output = 2, op_type = 4, attribute = 5). What comes out runs in the real runtime.
/// </summary>
public sealed class OnnxModel
{
    private const int GraphField = 7;
    private const int NodeField = 1;
    private const int InitializerField = 5;
    private const int InputField = 11;
    private const int OutputField = 12;
    private const int FloatType = 1;
    private const int Int64Type = 7;

    private readonly List<ProtoField> _model;
    private readonly List<ProtoField> _graph;
    private int _names;

    private OnnxModel(List<ProtoField> model)
    {
        _model = model;
        _graph = ProtoField.Read(model.Single(field => field.Number == GraphField).Bytes);
    }

    public static OnnxModel Parse(ReadOnlySpan<byte> bytes) => new(ProtoField.Read(bytes));

    /// <summary>A model without nodes that takes one picture.</summary>
    /// <param name="input">Name of the input.</param>
    /// <param name="height">Its height; null where any will do.</param>
    /// <param name="width">Its width; null where any will do.</param>
    /// <param name="outputs">Names of the outputs; their shapes come from the nodes.</param>
    public static OnnxModel Create(string input, int? height, int? width, params string[] outputs)
    {
        var graph = new List<ProtoField> { ProtoField.Of(2, "drawn"), ProtoField.Of(InputField, ProtoField.Of(1, input), Tensor([1, 3, height, width])) };
        graph.AddRange(outputs.Select(output => ProtoField.Of(OutputField, ProtoField.Of(1, output), Tensor(null))));
        return Parse(ProtoField.Write([ProtoField.Of(1, 8L), ProtoField.Of(8, ProtoField.Of(1, ""), ProtoField.Of(2, 13L)), ProtoField.Of(GraphField, graph)]));
    }

    private static ProtoField Tensor(int?[]? shape)
    {
        var sides = shape?.Select((side, index) => ProtoField.Of(1, side is { } length ? ProtoField.Of(1, (long)length) : ProtoField.Of(2, $"side{index}")));
        return ProtoField.Of(2, ProtoField.Of(1, [ProtoField.Of(1, 1L), .. sides is null ? Array.Empty<ProtoField>() : [ProtoField.Of(2, sides)]]));
    }

    public byte[] ToBytes() => ProtoField.Write(_model.Select(field => field.Number == GraphField ? ProtoField.Of(GraphField, _graph) : field));

    /// <summary>Gives a result of the model another name, so that new nodes can make the one of the old name from it.</summary>
    /// <returns>The new name.</returns>
    public string Detach(string output)
    {
        var renamed = output + "_sound";
        for (var index = 0; index < _graph.Count; index++)
        {
            if (_graph[index].Number == NodeField)
            {
                _graph[index] = ProtoField.Of(NodeField, ProtoField.Read(_graph[index].Bytes).Select(part =>
                    part.Number is 1 or 2 && Encoding.UTF8.GetString(part.Bytes) == output ? ProtoField.Of(part.Number, renamed) : part));
            }
        }

        return renamed;
    }

    /// <summary>Takes an output away from what the model declares.</summary>
    public void DropOutput(string output) =>
        _graph.RemoveAll(field => field.Number == OutputField && Encoding.UTF8.GetString(ProtoField.Read(field.Bytes)[0].Bytes) == output);

    /// <summary>Adds a node with one result.</summary>
    /// <param name="operation">Name of the operator.</param>
    /// <param name="inputs">Names of what goes in.</param>
    /// <param name="output">Name of the result; a new one where null.</param>
    /// <param name="whole">An attribute that is a whole number.</param>
    /// <param name="wholes">An attribute that is a list of whole numbers.</param>
    /// <returns>The name of the result.</returns>
    public string Add(string operation, string[] inputs, string? output = null, (string Name, long Value)? whole = null, (string Name, long[] Values)? wholes = null)
    {
        output ??= $"{operation}_{_names++}";
        var node = inputs.Select(input => ProtoField.Of(1, input)).Append(ProtoField.Of(2, output)).Append(ProtoField.Of(4, operation)).ToList();
        if (whole is { } number)
        {
            node.Add(ProtoField.Of(5, ProtoField.Of(1, number.Name), ProtoField.Of(3, number.Value), ProtoField.Of(20, 2L)));
        }

        if (wholes is { } list)
        {
            node.Add(ProtoField.Of(5, [ProtoField.Of(1, list.Name), .. list.Values.Select(value => ProtoField.Of(8, value)), ProtoField.Of(20, 7L)]));
        }

        // Nodes stand before everything else of a graph, in the order in which they can run.
        _graph.Insert(_graph.FindLastIndex(field => field.Number == NodeField) + 1, ProtoField.Of(NodeField, node));
        return output;
    }

    /// <summary>Adds a constant of real numbers.</summary>
    public string Constant(float[] values, params long[] shape) => Constant(FloatType, MemoryMarshal.AsBytes<float>(values).ToArray(), shape);

    /// <summary>Adds a constant list of whole numbers.</summary>
    public string Constant(params long[] values) => Constant(Int64Type, MemoryMarshal.AsBytes<long>(values).ToArray(), [values.Length]);

    private string Constant(long type, byte[] raw, long[] shape)
    {
        var name = $"constant_{_names++}";
        _graph.Add(ProtoField.Of(InitializerField, [.. shape.Select(side => ProtoField.Of(1, side)), ProtoField.Of(2, type), ProtoField.Of(8, name), ProtoField.Of(9, raw)]));
        return name;
    }
}
