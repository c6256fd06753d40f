namespace Gateway.TestKit.Onnx;

/// <summary>
/// A real detector that fails on demand: a few pixels of one pure colour in a frame make it do one thing wrong, in the runtime, in the same
/// session as every other frame. Without such pixels it answers exactly as before, so it passes every check at start.
/// </summary>
public static class SpoiledModel
{
    /// <summary>More than this above its surroundings in no picture that is not pure colour, so the excess is 0 there.</summary>
    private const float Excess = 200;

    /// <summary>An excess of 55, that of a pure colour, makes a product of two matrices of this side times 55.</summary>
    private const long BusySide = 60;

    /// <summary>Makes a model with outputs `cls_8`, `obj_8` and `bbox_8`, as YuNet has them, that fails by colour.</summary>
    public static byte[] FailingByColour(ReadOnlySpan<byte> detector)
    {
        var model = OnnxModel.Parse(detector);
        var (cls, obj, bbox) = (model.Detach("cls_8"), model.Detach("obj_8"), model.Detach("bbox_8"));
        var crowd = Alarm(model, Fault.Crowd);

        // Not a number: the root of something negative.
        cls = model.Add("Add", [cls, model.Add("Sqrt", [model.Add("Neg", [Alarm(model, Fault.NotANumber)])])]);

        // The runtime throws: an index far outside.
        var far = model.Add("Cast", [model.Add("Mul", [Alarm(model, Fault.Throws), model.Constant([1000f], 1)])], whole: ("to", 7));
        cls = model.Add("Gather", [cls, far], whole: ("axis", 0));

        // Rows that nobody asked for.
        var rows = model.Add("Cast", [Alarm(model, Fault.WrongShape)], whole: ("to", 7));
        var shape = model.Add("Concat", [model.Constant(1L), rows, model.Constant(1L)], whole: ("axis", 0));
        cls = model.Add("Concat", [cls, model.Add("ConstantOfShape", [shape])], whole: ("axis", 1));
        model.Add("Add", [cls, crowd], "cls_8");

        // Seconds of work for nothing.
        var busy = model.Add("Cast", [model.Add("Mul", [Alarm(model, Fault.Late), model.Constant([(float)BusySide], 1)])], whole: ("to", 7));
        var side = model.Add("Add", [busy, model.Constant(1L)]);
        var square = model.Add("ConstantOfShape", [model.Add("Concat", [side, side], whole: ("axis", 0))]);
        var nothing = Flat(model, model.Add("MatMul", [square, square]));
        model.Add("Add", [model.Add("Add", [obj, nothing]), crowd], "obj_8");

        // Infinite boxes; and a small box in every cell.
        var infinite = model.Add("Mul", [Alarm(model, Fault.Infinite), model.Constant([1e38f], 1)]);
        var unlessCrowd = model.Add("Relu", [model.Add("Sub", [model.Constant([1f], 1), crowd])]);
        model.Add("Add", [model.Add("Mul", [bbox, unlessCrowd]), infinite], "bbox_8");
        return model.ToBytes();
    }

    /// <summary>Makes a model that lacks an output.</summary>
    public static byte[] Lacking(ReadOnlySpan<byte> detector, string output)
    {
        var model = OnnxModel.Parse(detector);
        model.DropOutput(output);
        return model.ToBytes();
    }

    /// <summary>How far the purest pixel of a colour is beyond what pictures have, a list of one number: 0 in every ordinary picture.</summary>
    private static string Alarm(OnnxModel model, Fault fault)
    {
        var (blue, green, red) = fault.Weights;
        var purity = model.Add("Conv", ["input", model.Constant([blue, green, red], 1, 3, 1, 1), model.Constant([-Excess], 1)]);
        return Flat(model, model.Add("Relu", [purity]));
    }

    private static string Flat(OnnxModel model, string values) =>
        model.Add("Reshape", [model.Add("ReduceMax", [values], whole: ("keepdims", 0)), model.Constant(1L)]);
}
