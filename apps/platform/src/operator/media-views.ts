import type { Delivery, Doctor, Event, Session } from "@oxbow/sdk";
import type {
  DeliveryAttempt,
  DoctorView,
  MediaDelivery,
  MediaEvent,
  MediaSession,
} from "@oxbow/site-contract";

export function toEvent(event: Event): MediaEvent {
  const { id, type, sequence, time, stream = null, broadcast = null, data } = event;
  return { id, type, sequence, time, stream, broadcast, data: { ...data } };
}

export function toAttempt({
  time,
  status,
  milliseconds,
  answer,
  error = null,
}: Delivery["log"][number]): DeliveryAttempt {
  return { at: time, status, milliseconds, answer, error };
}

export function toDelivery(delivery: Delivery, url: string): MediaDelivery {
  const { id, sink, event, state, attempts, log, nextAttemptAt, createdAt } = delivery;
  return {
    id,
    sink: { id: sink, url },
    event,
    state,
    attempts,
    log: log.map(toAttempt),
    nextAt: nextAttemptAt,
    createdAt,
  };
}

export type ChannelName = { readonly id: string; readonly handle: string; readonly name: string };

export function toSession(session: Session, channel: ChannelName | undefined): MediaSession {
  const { id, kind, stream, asset = null, protocol, rendition = null } = session;
  return {
    id,
    kind,
    stream,
    channel: channel === undefined ? null : { handle: channel.handle, name: channel.name },
    asset,
    protocol,
    rendition,
    address: session.address,
    program: session.encoder,
    bytes: session.bytes,
    since: session.startedAt,
  };
}

export function toDoctor(doctor: Doctor): DoctorView {
  return {
    ffmpeg: doctor.ffmpeg?.version ?? null,
    encoders: doctor.encoders.map(({ name, hardware, works, message = null, realtime }) => ({
      name,
      hardware,
      works,
      message,
      realtime,
    })),
    encoder: doctor.encoder,
    presets: doctor.presets.map(({ ladder, renditions, realtime, streams }) => ({
      name: ladder,
      renditions,
      realtime,
      streams,
    })),
    advice: doctor.advice,
    measuredAt: doctor.measuredAt,
  };
}
