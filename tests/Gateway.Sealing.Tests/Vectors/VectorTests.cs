using Gateway.TestKit;

namespace Gateway.Sealing.Tests.Vectors;

/// <summary>The vectors that are given to others, replayed against our own code. GATEWAY_WRITE_VECTORS=1 makes them anew.</summary>
public sealed class VectorTests : IDisposable
{
    private static readonly string[] Good = ["Opened", "Verified", "Received"];

    private readonly TempFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Every_vector_of_the_files_has_the_outcome_it_names()
    {
        var keys = VectorFiles.ReadKeys(_scratch);

        var wrong = VectorFiles.ReadList().Vectors.Where(listed => VectorFiles.Read(listed).Judge(keys) != listed.Outcome).Select(listed => $"{listed.File} ({listed.Name})");

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_files_are_what_the_tool_makes_but_for_keys_and_signatures()
    {
        var made = VectorMaker.Make();
        if (Environment.GetEnvironmentVariable("GATEWAY_WRITE_VECTORS") == "1")
        {
            VectorFiles.Write(made);
            Assert.Fail("wrote the vectors; run again without GATEWAY_WRITE_VECTORS");
        }

        Assert.Equal(made.Select(vector => (vector.Kind, vector.Name)), VectorFiles.ReadList().Vectors.Select(listed => (listed.Kind, listed.Name)));
    }

    [Fact]
    public void Only_what_is_named_as_good_is_accepted()
    {
        var accepted = VectorFiles.ReadList().Vectors.Where(listed => Good.Contains(listed.Outcome)).Select(listed => listed.Name);

        Assert.Equal(["a message", "a message of 100,000 bytes", "a later message with a previous hash", "a statement", "a receipt"], accepted);
    }
}
