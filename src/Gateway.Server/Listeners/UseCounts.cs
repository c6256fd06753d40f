namespace Gateway.Server.Listeners;

/// <summary>Counts what is in use by key, up to a number each. A key that uses nothing takes no memory: strangers choose keys.</summary>
internal sealed class UseCounts<TKey>(int max)
    where TKey : notnull
{
    private readonly Dictionary<TKey, int> _inUse = [];
    private readonly Lock _lock = new();

    public bool TryEnter(TKey key)
    {
        lock (_lock)
        {
            var used = _inUse.GetValueOrDefault(key);
            if (used >= max)
            {
                return false;
            }

            _inUse[key] = used + 1;
            return true;
        }
    }

    public void Leave(TKey key)
    {
        lock (_lock)
        {
            if (--_inUse[key] == 0)
            {
                _inUse.Remove(key);
            }
        }
    }
}
