namespace Gateway.Deidentification.Drawing;

/// <summary>A seeded generator, so that a drawn scene is the same on every machine and in every run. Never for secrets.</summary>
internal struct SceneRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Next 64 bits: a Weyl sequence through a finalising mix.</summary>
    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A number from a bell curve of mean 0 and deviation 1: the sum of twelve even ones, less six.</summary>
    public float NextBell()
    {
        var sum = 0.0;
        for (var i = 0; i < 6; i++)
        {
            var bits = Next();
            sum += (uint)bits + (double)(uint)(bits >> 32);
        }

        return (float)((sum / uint.MaxValue) - 6);
    }
}
