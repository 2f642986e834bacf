-- What the operator's GPUs cost, from one day on until the next row's: what unit economics are told by.
CREATE TABLE gateway.gpu_cost (
  from_day          date PRIMARY KEY,
  gpus              int NOT NULL CHECK (gpus BETWEEN 1 AND 1000000),
  currency          text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  pico_per_gpu_hour bigint NOT NULL CHECK (pico_per_gpu_hour > 0)
);
