using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gateway.TestKit;

/// <summary>
/// A TCP proxy in this process: it records every byte that passes (the eavesdropper's view) and can cut, refuse or swallow connections. It
/// needs no privileges, so every machine can run the tests that use it.
/// </summary>
public sealed class TcpProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Socket, Socket> _live = new();
    private readonly MemoryStream _seen = new();
    private readonly int _targetPort;
    private long _bytesUp;
    private int _accepted;

    public TcpProxy(int targetPort)
    {
        _targetPort = targetPort;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections accepted so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>New connections are reset while set.</summary>
    public bool Refuses { get; set; }

    /// <summary>Bytes are read and thrown away while set: the half-open connection of a dead peer.</summary>
    public bool Swallows { get; set; }

    /// <summary>All live connections are reset once this many bytes went towards the target; negative means never. Set back when it fired.</summary>
    public long CutAfterBytesUp { get; set; } = -1;

    /// <summary>Every byte that passed, in both directions.</summary>
    public byte[] Seen()
    {
        lock (_seen)
        {
            return _seen.ToArray();
        }
    }

    /// <summary>Resets every live connection.</summary>
    public void Cut()
    {
        foreach (var (client, server) in _live)
        {
            Reset(client);
            Reset(server);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        Cut();
        _stop.Dispose();
    }

    private static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync(_stop.Token);
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            Interlocked.Increment(ref _accepted);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        if (Refuses)
        {
            Reset(client);
            return;
        }

        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _targetPort);
            _live[client] = server;
            await Task.WhenAny(PumpAsync(client, server, up: true), PumpAsync(server, client, up: false));
        }
        catch (SocketException)
        {
            // The target is gone: the client sees a reset, as it would without the proxy.
        }
        finally
        {
            _live.TryRemove(client, out _);
            Reset(client);
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool up)
    {
        var buffer = new byte[32 * 1024];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
            {
                if (Swallows)
                {
                    continue;
                }

                lock (_seen)
                {
                    _seen.Write(buffer, 0, read);
                }

                if (up && CutIsDue(read))
                {
                    Cut();
                    return;
                }

                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
                }
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // One side closed or the proxy was cut: the other side learns it when the pair is reset.
        }
    }

    private bool CutIsDue(int read)
    {
        var before = Interlocked.Add(ref _bytesUp, read) - read;
        if (CutAfterBytesUp < 0 || before + read < CutAfterBytesUp)
        {
            return false;
        }

        CutAfterBytesUp = -1;
        return true;
    }
}
