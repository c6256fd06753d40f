using Gateway.Storage.Load;

return args switch
{
    ["hold", var path] => await Holder.RunAsync(path),
    ["produce", var path, var run, var lines] => await Producer.RunAsync(path, run, int.Parse(lines)),
    ["exchange", var path] => await Exchanger.RunAsync(path),
    ["limited", var path, var bytes] => await LimitedDisk.RunAsync(path, long.Parse(bytes)),
    ["throughput", var folder, var seconds] => await Throughput.RunAsync(folder, TimeSpan.FromSeconds(double.Parse(seconds))),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("hold <file> | produce <file> <run> <lines> | exchange <file> | limited <file> <bytes> | throughput <folder> <seconds>");
    return 2;
}
