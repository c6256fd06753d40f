using Gateway.Fuzz;

return FuzzCommand.Run(args, Console.Out);
