using System.Collections.Concurrent;
using Gateway.Deidentification.Pipeline;

namespace Gateway.Deidentification.Tests.Pipeline;

public sealed class DetectionLaneTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void Streams_take_turns_however_many_frames_one_of_them_has_waiting()
    {
        var lane = new DetectionLane(1);
        var (greedy, modest, order) = (lane.OpenQueue(), lane.OpenQueue(), new ConcurrentQueue<string>());
        using var gate = new ManualResetEventSlim();
        using var all = new CountdownEvent(9);
        using var isRunning = new ManualResetEventSlim();
        greedy.Add(new Job(() =>
        {
            isRunning.Set();
            gate.Wait(Patience);
        }));
        Assert.True(isRunning.Wait(Patience), "the first job did not start");
        for (var number = 0; number < 6; number++)
        {
            greedy.Add(new Job(() => Note("greedy")));
        }

        for (var number = 0; number < 3; number++)
        {
            modest.Add(new Job(() => Note("modest")));
        }

        gate.Set();

        Assert.True(all.Wait(Patience), "not all jobs ran");
        Assert.Equal(["greedy", "modest", "greedy", "modest", "greedy", "modest", "greedy", "greedy", "greedy"], order);

        void Note(string queue)
        {
            order.Enqueue(queue);
            all.Signal();
        }
    }

    [Fact]
    public void Frames_of_one_stream_are_worked_on_by_all_workers_and_by_no_more()
    {
        var queue = new DetectionLane(3).OpenQueue();
        using var together = new Barrier(3);
        using var all = new CountdownEvent(9);
        var (atOnce, most) = (0, 0);
        for (var number = 0; number < 9; number++)
        {
            queue.Add(new Job(() =>
            {
                var now = Interlocked.Increment(ref atOnce);
                InterlockedMax(ref most, now);
                together.SignalAndWait(Patience);
                Interlocked.Decrement(ref atOnce);
                all.Signal();
            }));
        }

        Assert.True(all.Wait(Patience), "three workers never met");
        Assert.Equal(3, most);
    }

    [Fact]
    public async Task What_a_single_job_throws_reaches_its_caller_and_no_other()
    {
        var lane = new DetectionLane(1);

        var failing = lane.RunAsync<int>(() => throw new InvalidDataException("this one"), CancellationToken.None);
        var working = lane.RunAsync(() => 7, CancellationToken.None);

        Assert.Equal("this one", (await Assert.ThrowsAsync<InvalidDataException>(() => failing)).Message);
        Assert.Equal(7, await working);
    }

    [Fact]
    public async Task A_single_job_whose_caller_left_before_its_turn_is_not_run()
    {
        var lane = new DetectionLane(1);
        using var gate = new ManualResetEventSlim();
        using var left = new CancellationTokenSource();
        var before = lane.RunAsync(() => gate.Wait(Patience), CancellationToken.None);
        var isRun = false;
        var job = lane.RunAsync(() => isRun = true, left.Token);

        await left.CancelAsync();
        gate.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => job);
        Assert.True(await before);
        Assert.False(isRun);
    }

    private static void InterlockedMax(ref int most, int now)
    {
        for (var known = Volatile.Read(ref most); now > known; known = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, now, known);
        }
    }

    private sealed class Job(Action work) : ILaneJob
    {
        public void Run() => work();
    }
}
