module cel

go 1.23

require cel.dev/cel-go v0.33.2
