/** The broker dies by kill -9 and comes back with its files: nothing is acknowledged meanwhile, nothing is lost. */
import { runRow } from "./run-row.ts";

runRow({
  id: "F5",
  title: "RabbitMQ is killed and comes back",
  world: { own: ["rabbitmq"] },
  fault: ({ world }) => world.ownStore("rabbitmq").kill(),
  heal: ({ world }) => world.ownStore("rabbitmq").start(),
});
